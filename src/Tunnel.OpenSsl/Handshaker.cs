using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Tls.OpenSslBackend;

/// <summary>One handshake: moves its flights between the channel and the session, and keeps the verdict about the peer.</summary>
internal sealed class Handshaker(
    OpenSslSession session,
    SocketChannel channel,
    PeerPolicy policy,
    CrlFile? crls,
    TicketJar tickets
)
{
    // A server's flight with a long chain; a larger one goes out in several pieces.
    private const int FlightBytes = BufferPool.Small;

    // Whoever is refused has sent little more than its handshake; what is thrown away to let it read the alert is bounded.
    private const int MostDiscardedBytes = 64 * 1024;

    private byte? _firstByte;
    private IoStatus _ended;
    private string? _faultDetail;

    public PeerPolicy Policy => policy;

    public CrlFile? Crls => crls;

    public TicketJar Tickets => tickets;

    /// <summary>Set by the verification callback.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>Set by the verification callback; on resumption taken from the session.</summary>
    public X509Certificate2? Leaf { get; set; }

    /// <summary>What came behind the handshake, in a rented buffer, for the transport.</summary>
    public (byte[]? Buffer, int Start, int End) Rest { get; private set; }

    /// <returns>Null when the handshake is complete; else its fault. A refusal comes with a fault.</returns>
    public async Task<HandshakeFault?> RunAsync()
    {
        var output = BufferPool.Rent(FlightBytes);
        var input = BufferPool.Rent(BufferPool.Small);
        var (start, end) = (0, 0);
        var kept = false;
        try
        {
            while (true)
            {
                var status = Step(input.AsSpan(start, end - start), output, out var consumed, out var written);
                start += consumed;
                if (written > 0 && !await SendAsync(output.AsMemory(0, written)).ConfigureAwait(false))
                {
                    return Fault("");
                }

                switch (status)
                {
                    case TlsStatus.Complete:
                        kept = start < end;
                        Rest = kept ? (input, start, end) : default;
                        return null;
                    case TlsStatus.WantWrite:
                        continue;
                    case TlsStatus.WantRead:
                        (start, end) = (0, await ReceiveAsync(input).ConfigureAwait(false));
                        if (end == 0)
                        {
                            return Fault("");
                        }

                        continue;
                    default:
                        // The alert that says why is on its way; closing over unread bytes would destroy it with RST.
                        await LetPeerReadAsync(input).ConfigureAwait(false);
                        return Fault(session.Error);
                }
            }
        }
        finally
        {
            BufferPool.Return(output);
            if (!kept)
            {
                BufferPool.Return(input);
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
            SpeaksGreeting(ssl),
            Leaf
        );
    }

    /// <summary>
    /// In a resumed handshake no certificate is shown and OpenSSL verifies none: the one of the session must still
    /// satisfy the rules of now.
    /// </summary>
    public void JudgeResumed()
    {
        var peer = LibSsl.SSL_get1_peer_certificate(session.Handle);
        if (peer != 0)
        {
            // Its chain was good when the session began.
            Leaf = PeerCertificates.Get(peer, verified: true);
            LibCrypto.X509_free(peer);
        }

        Refusal = policy.JudgeResumed(Leaf) ?? (Leaf is null ? null : crls?.JudgeResumed(Leaf));
    }

    private TlsStatus Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        OpenSslCallbacks.Enter(this);
        var status = session.Handshake(input, output, out consumed, out written);
        OpenSslCallbacks.Enter(null);
        return status;
    }

    private async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> flight) =>
        Note(await channel.SendAsync(flight).ConfigureAwait(false));

    private async ValueTask<int> ReceiveAsync(byte[] into)
    {
        while (true)
        {
            var result = channel.Receive(into);
            if (result.Bytes > 0)
            {
                _firstByte ??= into[0];
                return result.Bytes;
            }

            if (result.Error == SocketError.WouldBlock)
            {
                result = await channel.WaitReadableAsync().ConfigureAwait(false);
                if (result.Error == SocketError.Success)
                {
                    continue;
                }
            }

            if (Note(result))
            {
                _ended = IoStatus.Eof;
            }

            return 0;
        }
    }

    private async Task LetPeerReadAsync(byte[] scratch)
    {
        if (_ended != IoStatus.Ok || channel.ShutdownSend().Status != IoStatus.Ok)
        {
            return;
        }

        for (var discarded = 0; discarded < MostDiscardedBytes; )
        {
            var count = await ReceiveAsync(scratch).ConfigureAwait(false);
            if (count == 0)
            {
                return;
            }

            discarded += count;
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

    private HandshakeFault Fault(string openSslText) =>
        HandshakeFaults.Classify(_ended, channel.BytesReceived, _firstByte, _faultDetail, openSslText);

    private static unsafe bool SpeaksGreeting(nint ssl)
    {
        byte* protocol;
        uint length;
        LibSsl.SSL_get0_alpn_selected(ssl, &protocol, &length);
        return length > 0 && new ReadOnlySpan<byte>(protocol, (int)length).SequenceEqual(Alpn.GreetingBytes);
    }
}
