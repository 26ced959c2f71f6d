using Tunnel.Reports;
using Tunnel.Sessions;

namespace Tunnel.Tunnels;

/// <summary>A process as seen by those who ask what goes on in it, and act on it. From any thread.</summary>
public interface IWatchedProcess
{
    /// <summary>What it says of itself now. It adds up all live sessions: not on an event loop.</summary>
    ProcessReport Report();

    /// <summary>The live sessions now, of tunnels that are no longer configured too. Not on an event loop.</summary>
    /// <param name="most">How many are wanted.</param>
    SessionList Sessions(int most = int.MaxValue);

    /// <summary>Cuts live sessions, visibly to both their ends.</summary>
    /// <param name="which">Those of them.</param>
    /// <param name="why">For their lines in the log.</param>
    /// <returns>How many.</returns>
    int EndSessions(Func<SessionRecord, bool> which, string why);

    /// <summary>Files of the process's limit that whoever watches it needs for itself.</summary>
    void TakeFiles(int files);

    /// <inheritdoc cref="IRunningTunnel.ReloadAsync"/>
    Task<ReloadResult> ReloadAsync(string by);

    /// <summary>Asks for what SIGTERM asks for.</summary>
    /// <returns>False: somebody has asked before.</returns>
    bool AskToStop();
}
