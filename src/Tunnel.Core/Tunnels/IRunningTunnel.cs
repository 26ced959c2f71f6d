namespace Tunnel.Tunnels;

/// <summary>What accepts connections in this process, as seen by the code that has to stop it.</summary>
public interface IRunningTunnel
{
    /// <summary>Reads the configuration again; a faulty one changes nothing.</summary>
    /// <param name="by">Who asks, for the log.</param>
    Task<ReloadResult> ReloadAsync(string by);

    /// <summary>Completes when somebody asks the process to stop by another way than a signal.</summary>
    Task StopAsked { get; }

    /// <summary>Of <see cref="StopAcceptingAsync"/>: <c>shutdown.delay</c> of the latest configuration.</summary>
    TimeSpan ShutdownDelay { get; }

    /// <summary>How long <see cref="DrainAsync"/> may take: the longest <c>timeouts.shutdown</c> of a tunnel.</summary>
    TimeSpan ShutdownLimit { get; }

    /// <summary>
    /// The first step of a stop: from now on the status says <c>draining</c>, and no reload takes place. Connections
    /// are accepted for <see cref="ShutdownDelay"/> all the same, so that a load balancer has time to look at the
    /// status before they are refused.
    /// </summary>
    /// <returns>Ends when the listeners are closed.</returns>
    Task StopAcceptingAsync();

    /// <summary>
    /// Stops accepting at once and lets live sessions finish; those still there in the last third of
    /// <c>timeouts.shutdown</c> are cut one by one over that time.
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
