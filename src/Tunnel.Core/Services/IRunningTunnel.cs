using System.Net;

namespace Tunnel.Services;

/// <summary>What the command line needs of a tunnel that runs.</summary>
public interface IRunningTunnel
{
    /// <summary>Where it listens; with the real port where 0 was asked for.</summary>
    IReadOnlyList<IPEndPoint> Endpoints { get; }

    /// <summary>Accepts no more, lets live sessions finish, cuts what is left after <paramref name="deadline"/>.</summary>
    /// <returns>The number of sessions that had to be cut.</returns>
    Task<int> DrainAsync(TimeSpan deadline);

    /// <summary>Cuts every session at once.</summary>
    void KillAll();
}
