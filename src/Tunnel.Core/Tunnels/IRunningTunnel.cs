namespace Tunnel.Tunnels;

/// <summary>A client or server that accepts connections, as seen by the code that has to stop it.</summary>
public interface IRunningTunnel
{
    /// <summary>
    /// Stops accepting at once, lets live sessions finish, and cuts those still there at the deadline.
    /// </summary>
    /// <param name="deadline">From now; zero cuts at once.</param>
    /// <returns>How many sessions had to be cut.</returns>
    Task<int> DrainAsync(TimeSpan deadline);

    /// <summary>
    /// Cuts every session now, visibly to both its ends. A <see cref="DrainAsync"/> under way may still be awaited or
    /// abandoned.
    /// </summary>
    /// <returns>How many sessions were cut.</returns>
    int CutAll();
}
