using Tunnel.Reports;

namespace Tunnel.Tunnels;

/// <summary>A process as seen by those who ask what goes on in it, and act on it. From any thread.</summary>
public interface IWatchedProcess
{
    /// <summary>What it says of itself now. It adds up all live sessions: not on an event loop.</summary>
    ProcessReport Report();

    /// <summary>The live sessions now, of tunnels that are no longer configured too. Not on an event loop.</summary>
    /// <param name="most">How many are wanted.</param>
    SessionList Sessions(int most = int.MaxValue);

    /// <summary>Cuts a live session, visibly to both its ends.</summary>
    /// <returns>How many that were: there may be none of this id.</returns>
    int EndSession(string id);

    /// <summary>The same with all of a peer.</summary>
    /// <param name="peer">A name of its certificate.</param>
    int EndSessionsOf(string peer);

    /// <summary>Files of the process's limit that whoever watches it needs for itself.</summary>
    void TakeFiles(int files);

    /// <inheritdoc cref="IRunningTunnel.ReloadAsync"/>
    Task<ReloadResult> ReloadAsync(string by);

    /// <summary>Asks for what SIGTERM asks for.</summary>
    /// <returns>False: somebody has asked before.</returns>
    bool AskToStop();
}
