using Tunnel.Net;

namespace Tunnel.Tls;

/// <summary>
/// An endpoint that belongs to everybody who uses it: the tunnel while it goes by it, and each session that began with
/// it. The last one to leave disposes of it. From any thread.
/// </summary>
public sealed class SharedEndpoint(ITlsEndpoint endpoint)
{
    private const int Disposed = -1;

    private int _users;

    /// <returns>False when it has been disposed of.</returns>
    public bool TryEnter()
    {
        for (var users = Volatile.Read(ref _users); users != Disposed; users = Volatile.Read(ref _users))
        {
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Once for each <see cref="TryEnter"/> that succeeded.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            DisposeIfUnused();
        }
    }

    /// <summary>For one that nobody has entered.</summary>
    public void DisposeIfUnused()
    {
        if (Interlocked.CompareExchange(ref _users, Disposed, 0) == 0)
        {
            endpoint.Dispose();
        }
    }

    /// <inheritdoc cref="ITlsEndpoint.HandshakeAsync"/>
    public Task<HandshakeOutcome> HandshakeAsync(SocketChannel channel, Chunk early = default) =>
        endpoint.HandshakeAsync(channel, early);
}
