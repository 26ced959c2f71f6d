using Tunnel.Config;

namespace Tunnel.Tls.SslStreamBackend;

/// <summary>
/// Counts what one peer has sent in its handshake: how much is allowed, and where SslStream may process it.
/// </summary>
internal sealed class HandshakeIntake(HandshakeLane lane, TunnelRole ours)
{
    // A client's certificates, with room for its other messages and for a read that includes what follows them. A
    // server's flight has a list of CAs beside its chain, and libssl accepts 100 KiB of either. For compressed
    // certificates (RFC 8879, OpenSSL 3.2 and later) the bytes on the wire count.
    private const int MostFromClient = ChainLimits.MostClientBytes + (12 * 1024);
    private const int MostFromServer = 128 * 1024;

    // A ClientHello and a certificate or two of the usual kind.
    private const int UsualBytes = 2 * 1024;

    private readonly int _most = ours == TunnelRole.Server ? MostFromClient : MostFromServer;
    private int _bytes;
    private bool _isInLane;

    /// <summary>
    /// SslStream has processed what it had. A peer that keeps us waiting does not block the lane for others.
    /// </summary>
    public void Rest()
    {
        if (_isInLane)
        {
            _isInLane = false;
            lane.Leave();
        }
    }

    /// <summary>SslStream is about to process more bytes.</summary>
    /// <exception cref="IOException">There are too many.</exception>
    public async ValueTask<int> TakeAsync(int bytes)
    {
        _bytes += bytes;
        if (_bytes > _most)
        {
            throw new IOException(
                $"the peer's handshake is larger than any real one ({_bytes} bytes and not complete; at most "
                    + $"{_most} are allowed)"
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
