using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tls;

namespace Tunnel.Tests.TestKit;

/// <summary>A TLS peer that behaves at first and then does what libssl lets nobody do who asks nicely.</summary>
internal sealed class RawTls : IDisposable
{
    private const ulong NoRenegotiation = 1ul << 30;
    private const int UpdateRequested = 1;

    private readonly OpenSslContext _context;
    private readonly OpenSslSession _session;
    private readonly Handshaker _handshaker;
    private readonly TicketJar _tickets = new();
    private readonly Socket _socket;
    private readonly byte[] _room = new byte[256 * 1024];
    private readonly TlsProfile _profile;
    private byte[] _early = [];

    public RawTls(TlsProfile profile, Socket socket)
    {
        (_socket, _profile) = (socket, profile);
        _context = new OpenSslContext(profile);
        _session = new OpenSslSession(_context.Handle, profile.Role == TunnelRole.Server, null);
        _handshaker = new Handshaker(_session, null!, new ConnectionState(_session, profile, null, _tickets, new()));
        _ = SSL_clear_options(_session.Handle, NoRenegotiation);
    }

    public async Task HandshakeAsync()
    {
        byte[] input = [];
        while (true)
        {
            var (status, consumed, written) = Step(input);
            await _socket.SendAllAsync(_room.AsMemory(0, written));
            if (status == TlsStatus.Complete)
            {
                // The server's first words may have come with the end of its handshake.
                _early = [.. input.AsSpan(consumed)];
                return;
            }

            if (status == TlsStatus.Failed)
            {
                throw new InvalidOperationException(_session.Error);
            }

            input = status == TlsStatus.WantRead ? await ReceiveAsync() : [];
        }
    }

    /// <summary>A KeyUpdate that demands another in return (RFC 8446 section 4.6.3).</summary>
    public byte[] KeyUpdate() => Say(SSL_key_update(_session.Handle, UpdateRequested));

    /// <summary>HelloRequest of a server, ClientHello of a client (RFC 5246 section 7.4.1).</summary>
    public byte[] Renegotiation() => Say(SSL_renegotiate(_session.Handle));

    /// <summary>Another ticket of a server.</summary>
    public byte[] Ticket() => Say(SSL_new_session_ticket(_session.Handle));

    public byte[] Record(byte[] plain)
    {
        if (_session.Write(plain, _room, out var written) != TlsStatus.Complete)
        {
            throw new InvalidOperationException(_session.Error);
        }

        return _room[..written];
    }

    public TrafficSecrets Secrets => _handshaker.State.Secrets;

    /// <summary>What a transport of ours would read and write with; it takes the session over.</summary>
    public ITlsRecords Records(string cipher) => RecordsChoice.After(_session, _handshaker, _profile, cipher);

    /// <summary>
    /// What seals records of the test's own making (TLS 1.3). A server must give no tickets: they would be the first
    /// records under this key. Afterwards this peer's own records do not fit any more.
    /// </summary>
    public RecordKey Sealing()
    {
        var suite = AeadSuite.Find(_handshaker.Describe("").Cipher)!;
        var secret =
            _profile.Role == TunnelRole.Client ? _handshaker.State.Secrets.Client : _handshaker.State.Secrets.Server;
        return new RecordKey(suite, [.. secret!], seals: true);
    }

    public Task SendAsync(byte[] bytes) => _socket.SendAllAsync(bytes);

    /// <summary>The next words of the other side.</summary>
    public async Task<byte[]> ReadAsync()
    {
        while (true)
        {
            var plain = new byte[1024];
            var (status, read) = Open(await ReceiveAsync(), plain);
            if (read > 0)
            {
                return plain[..read];
            }

            if (status != TlsStatus.WantRead)
            {
                throw new InvalidOperationException($"{status}: {_session.Error}");
            }
        }
    }

    /// <summary>All that still comes, and how it ended: in libssl's words, which name an alert, or in ours.</summary>
    public async Task<(byte[] Data, string End)> ReadToEndAsync()
    {
        var data = new List<byte>();
        // More than comes at a time, so that nothing is left behind.
        var plain = new byte[_room.Length];
        while (true)
        {
            byte[] input;
            try
            {
                input = await ReceiveAsync();
            }
            catch (Exception e) when (e is EndOfStreamException or SocketException)
            {
                return ([.. data], e is EndOfStreamException ? "FIN" : "RST");
            }

            var (status, read) = Open(input, plain);
            data.AddRange(plain[..read]);
            if (status != TlsStatus.WantRead)
            {
                return ([.. data], status == TlsStatus.Closed ? "close_notify" : _session.Error);
            }
        }
    }

    public void Dispose()
    {
        _tickets.Dispose();
        _session.Dispose();
        _context.Dispose();
        _socket.Dispose();
    }

    private (TlsStatus Status, int Consumed, int Written) Step(byte[] input)
    {
        using (OpenSslCallbacks.Enter(_handshaker.State))
        {
            var status = _session.Handshake(input, _room, out var consumed, out var written);
            return (status, consumed, written);
        }
    }

    private (TlsStatus Status, int Read) Open(byte[] input, byte[] plain)
    {
        using (OpenSslCallbacks.Enter(_handshaker.State))
        {
            var status = _session.Read(input, plain, _room, out _, out var read, out _);
            return (status, read);
        }
    }

    private byte[] Say(int asked)
    {
        if (asked != 1)
        {
            throw new InvalidOperationException(OpenSslError.Drain());
        }

        _ = _session.Handshake([], _room, out _, out var written);
        return _room[..written];
    }

    private async Task<byte[]> ReceiveAsync()
    {
        if (_early is { Length: > 0 } early)
        {
            _early = [];
            return early;
        }

        var buffer = new byte[64 * 1024];
        var read = await _socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Wire.Patience);
        return read > 0 ? buffer[..read] : throw new EndOfStreamException();
    }

    [DllImport("libssl.so.3")]
    private static extern ulong SSL_clear_options(nint ssl, ulong options);

    [DllImport("libssl.so.3")]
    private static extern int SSL_key_update(nint ssl, int kind);

    [DllImport("libssl.so.3")]
    private static extern int SSL_renegotiate(nint ssl);

    [DllImport("libssl.so.3")]
    private static extern int SSL_new_session_ticket(nint ssl);
}
