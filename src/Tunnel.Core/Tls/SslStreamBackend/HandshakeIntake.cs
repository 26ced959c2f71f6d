using Tunnel.Config;

namespace Tunnel.Tls.SslStreamBackend;

/// <summary>What one peer has sent of its handshake: how much that may be, and where SslStream may work on it.</summary>
internal sealed class HandshakeIntake(HandshakeLane lane, TunnelRole ours)
{
    // A client's certificates and room for its other messages, and for a read that runs into what comes behind them; a
    // server's flight has a list of CAs beside its chain, and libssl takes 100 KiB of either. That is also what holds for
    // certificates that come compressed (RFC 8879, OpenSSL from 3.2 on): here it is what is on the wire that counts.
    private const int MostFromClient = ChainLimits.MostClientBytes + (12 * 1024);
    private const int MostFromServer = 128 * 1024;

    // A ClientHello and a certificate or two of the usual kind.
    private const int UsualBytes = 2 * 1024;

    private readonly int _most = ours == TunnelRole.Server ? MostFromClient : MostFromServer;
    private int _bytes;
    private bool _isInLane;

    /// <summary>SslStream has done with what it had. A peer that keeps us waiting keeps nobody else out of the lane.</summary>
    public void Rest()
    {
        if (_isInLane)
        {
            _isInLane = false;
            lane.Leave();
        }
    }

    /// <summary>SslStream is about to work on some more bytes.</summary>
    /// <exception cref="IOException">They are too many.</exception>
    public async ValueTask<int> TakeAsync(int bytes)
    {
        _bytes += bytes;
        if (_bytes > _most)
        {
            throw new IOException(
                $"the peer's handshake is larger than any real one ({_bytes} bytes and not at its end; at most {_most})"
            );
        }

        if (_bytes > UsualBytes)
        {
            await lane.EnterAsync().ConfigureAwait(false);
            _isInLane = true;
        }

        return bytes;
    }
}
