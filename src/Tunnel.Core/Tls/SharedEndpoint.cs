using System.Net;
using Tunnel.Net;

namespace Tunnel.Tls;

/// <summary>
/// An endpoint that belongs to everybody who uses it: the tunnel while it goes by it, and each session that began with
/// it. The last one to leave disposes of it. From any thread.
/// </summary>
/// <param name="endpoints">A client of several servers has one for each of them, with its name and its tickets.</param>
public sealed class SharedEndpoint(params IReadOnlyList<ITlsEndpoint> endpoints)
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
            foreach (var endpoint in endpoints)
            {
                endpoint.Dispose();
            }
        }
    }

    /// <inheritdoc cref="ITlsEndpoint.HandshakeAsync"/>
    /// <param name="index">Client: which server it is.</param>
    public Task<HandshakeOutcome> HandshakeAsync(
        SocketChannel channel,
        IPAddress? from,
        Chunk early = default,
        int index = 0
    ) => endpoints[index].HandshakeAsync(channel, early, from);

    /// <inheritdoc cref="ITlsEndpoint.JudgeAgain"/>
    /// <param name="index">Client: which server it is.</param>
    public Refusal? JudgeAgain(TlsInfo peer, int index = 0) => endpoints[index].JudgeAgain(peer);
}
