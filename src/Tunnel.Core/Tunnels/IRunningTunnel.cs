namespace Tunnel.Tunnels;

/// <summary>What accepts connections in this process, as seen by the code that has to stop it.</summary>
public interface IRunningTunnel
{
    /// <summary>Reads the configuration again; a faulty one changes nothing.</summary>
    /// <param name="by">Who asks, for the log.</param>
    Task<ReloadResult> ReloadAsync(string by);

    /// <summary>
    /// Stops accepting at once, lets live sessions finish, and cuts those still there after <c>timeouts.shutdown</c>.
    /// </summary>
    /// <returns>How many sessions had to be cut.</returns>
    Task<int> DrainAsync();

    /// <summary>
    /// Cuts every session now, visibly to both its ends. A <see cref="DrainAsync"/> under way may still be awaited or
    /// abandoned.
    /// </summary>
    /// <returns>How many sessions were cut.</returns>
    int CutAll();
}
