using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>One handshake: moves its flights between the channel and the session, and reports the result.</summary>
/// <param name="early">What the channel has received already.</param>
internal sealed class Handshaker(
    OpenSslSession session,
    SocketChannel channel,
    ConnectionState state,
    Chunk early = default
)
{
    // A server's flight with a usual chain; a larger one goes out in several pieces.
    private const int FlightBytes = BufferPool.Small;

    // SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE of sslerr.h, in words.
    private const string NoCertificate = "peer did not return a certificate";

    // The same for SSL_R_EXCESSIVE_MESSAGE_SIZE.
    private const string TooLarge = "excessive message size";

    private byte[]? _input = early.Rented.Buffer;
    private int _start = early.Rented.Start;
    private int _end = early.Rented.End;
    private FirstBytes _first = FirstBytes.Of(early.Bytes.Span);
    private IoStatus _ended;
    private string? _faultDetail;
    private bool _flightIsSplit;

    /// <summary>The state for callbacks in this handshake and after it.</summary>
    public ConnectionState State => state;

    /// <summary>
    /// How many records libssl has sent under the keys for application data: only a server's tickets are such. Null
    /// when they cannot be distinguished from what came before them.
    /// </summary>
    public int? RecordsSentUnderNewKey { get; private set; }

    /// <summary>The handshake failed, and libssl has said why.</summary>
    public bool AlertIsSent { get; private set; }

    /// <summary>What came after the handshake, in a rented buffer that the transport takes over.</summary>
    public (byte[]? Buffer, int Start, int End) Rest => (_input, _start, _end);

    /// <returns>Null when the handshake is complete; else its fault. A refusal comes with a fault.</returns>
    public async Task<HandshakeFault?> RunAsync()
    {
        var fault = await ExchangeAsync().ConfigureAwait(false);
        if (fault is not null)
        {
            Discard();
            state.Secrets.Wipe();
        }

        return fault;
    }

    /// <summary>Returns what no transport takes over.</summary>
    public void Discard()
    {
        if (_input is not null)
        {
            BufferPool.Return(_input);
            (_input, _start, _end) = (null, 0, 0);
        }
    }

    private async Task<HandshakeFault?> ExchangeAsync()
    {
        while (true)
        {
            var (status, sent) = await StepAsync().ConfigureAwait(false);
            if (!sent)
            {
                return Fault("");
            }

            switch (status)
            {
                case TlsStatus.Complete:
                    return null;
                case TlsStatus.WantWrite:
                    continue;
                case TlsStatus.WantRead:
                    if (!await ReceiveAsync().ConfigureAwait(false))
                    {
                        return Fault("");
                    }

                    continue;
                case TlsStatus.Closed:
                    _ended = IoStatus.Eof;
                    return Fault("");
                default:
                    if (session.Error.Contains(NoCertificate, StringComparison.Ordinal))
                    {
                        // Libssl refuses here itself, before the verification callback.
                        state.Refusal = state.Policy.Judge(leaf: null, chain: null);
                    }

                    AlertIsSent = _ended == IoStatus.Ok;
                    return Fault(
                        session.Error.Contains(TooLarge, StringComparison.Ordinal)
                            ? "the peer sent a handshake message larger than any real one (a client's certificates: "
                                + "at most "
                                + $"{ChainLimits.MostClientBytes / 1024} KiB together)"
                            : session.Error
                    );
            }
        }
    }

    /// <summary>What the handshake agreed on.</summary>
    public TlsInfo Describe(string backend)
    {
        var ssl = session.Handle;
        var cipher = LibSsl.SSL_get_current_cipher(ssl);
        return new TlsInfo(
            Marshal.PtrToStringUTF8(LibSsl.SSL_get_version(ssl)) ?? "-",
            (cipher == 0 ? null : Marshal.PtrToStringUTF8(LibSsl.SSL_CIPHER_standard_name(cipher))) ?? "-",
            LibSsl.SSL_session_reused(ssl) == 1,
            backend,
            state.AgreedProtocol(),
            state.Leaf
        )
        {
            Chain = state.Chain,
            Group = KeyExchangeGroups.NameOf(ssl),
        };
    }

    /// <summary>Passes what has come to libssl, and libssl's answer to the peer.</summary>
    private async ValueTask<(TlsStatus Status, bool Sent)> StepAsync()
    {
        var output = BufferPool.Rent(FlightBytes);
        try
        {
            var (status, consumed, written) = Step(output);
            _start += consumed;
            if (_start == _end)
            {
                Discard();
            }

            if (status == TlsStatus.Complete && !_flightIsSplit)
            {
                // Tickets are made after the peer's Finished, so the last step sends nothing else.
                RecordsSentUnderNewKey = CountRecords(output.AsSpan(0, written));
            }

            _flightIsSplit = status == TlsStatus.WantWrite;
            var sent = written == 0 || Note(await channel.SendAsync(output.AsMemory(0, written)).ConfigureAwait(false));
            return (status, sent);
        }
        finally
        {
            BufferPool.Return(output);
        }
    }

    private (TlsStatus Status, int Consumed, int Written) Step(byte[] output)
    {
        using (OpenSslCallbacks.Enter(state))
        {
            var input = _input.AsSpan(_start, _end - _start);
            var status = session.Handshake(input, output, out var consumed, out var written);
            return (status, consumed, written);
        }
    }

    /// <summary>Waits without a buffer: a silent peer costs none.</summary>
    private async ValueTask<bool> ReceiveAsync()
    {
        while (true)
        {
            var ready = await channel.WaitReadableAsync().ConfigureAwait(false);
            if (!Note(ready))
            {
                return false;
            }

            var buffer = BufferPool.Rent(BufferPool.Small);
            var result = channel.Receive(buffer);
            if (result.Bytes > 0)
            {
                (_input, _start, _end) = (buffer, 0, result.Bytes);
                _first.Add(buffer.AsSpan(0, result.Bytes));
                return true;
            }

            BufferPool.Return(buffer);
            if (result.Error != SocketError.WouldBlock)
            {
                _ended = Note(result) ? IoStatus.Eof : _ended;
                return false;
            }
        }
    }

    private bool Note(SocketResult result)
    {
        if (result.Status != IoStatus.Ok)
        {
            _ended = result.Status;
            _faultDetail = SocketErrors.Words(result.Error);
        }

        return result.Status == IoStatus.Ok;
    }

    private HandshakeFault Fault(string openSslText)
    {
        var fault = HandshakeFaults.Classify(state.Policy.Peer, _ended, _first, _faultDetail, openSslText);
        return state.RequiresPostQuantum && KeyExchangeGroups.MayLack(openSslText)
            ? fault with
            {
                Detail = $"the peer has no post-quantum key exchange, which tls.require demands here ({fault.Detail})",
                Remedy = "give it OpenSSL 3.5 or later, or leave tls.require out here",
            }
            : fault;
    }

    private static int CountRecords(ReadOnlySpan<byte> whole)
    {
        var count = 0;
        for (; whole.Length > 0; count++)
        {
            whole = whole[(RecordKey.HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(whole[3..]))..];
        }

        return count;
    }
}
