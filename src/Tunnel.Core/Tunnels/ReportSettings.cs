using Tunnel.Config;

namespace Tunnel.Tunnels;

/// <summary>What a tunnel says in the log about its sessions while they live.</summary>
/// <param name="Totals">Time between two lines with the totals; null: none.</param>
/// <param name="Begins">Whether a session has a line when it begins to relay.</param>
/// <param name="Session">Time between two lines of a live session; null: none.</param>
public sealed record ReportSettings(TimeSpan? Totals = null, bool Begins = false, TimeSpan? Session = null)
{
    public static ReportSettings Of(ProcessSettings settings) =>
        new(settings.Monitor.Interval, settings.Logging.Sessions == SessionLines.All, settings.Logging.SessionInterval);
}
