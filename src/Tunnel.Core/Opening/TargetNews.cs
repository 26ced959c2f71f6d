using NLog;
using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>
/// What became of a target: noted where the next session looks, and logged when its health has changed, once and not
/// for each connection.
/// </summary>
internal static class TargetNews
{
    /// <param name="entirely">False for somebody who only looked whether it accepts connections.</param>
    public static void Worked(TunnelState tunnel, Target target, bool entirely = true)
    {
        if (target.Worked(tunnel.Engine, entirely) is { } before)
        {
            tunnel.Log.Log(
                LevelOf(tunnel, LogLevel.Info),
                "target {target} is healthy again after {down_seconds} s",
                target.Settings.Address,
                Math.Round((target.Health.Since - before.Since).TotalSeconds, 1)
            );
        }
    }

    /// <summary>Of an attempt for a session.</summary>
    /// <param name="later">It did accept a connection.</param>
    public static void Failed(TunnelState tunnel, Target target, SessionEnd end, bool later) =>
        Failed(tunnel, target, end.Detail ?? "", end.Words ?? "", later);

    /// <summary>Of a look whether it accepts connections.</summary>
    /// <param name="why">What it said, or that it said nothing.</param>
    public static void FailedCheck(TunnelState tunnel, Target target, string why) =>
        Failed(tunnel, target, why, why, later: false);

    // Who reads of the target elsewhere is told there what to do.
    private static void Failed(TunnelState tunnel, Target target, string why, string words, bool later)
    {
        if (target.Failed(tunnel.Engine, why, later) is not null)
        {
            tunnel.Log.Log(
                LevelOf(tunnel, LogLevel.Warn),
                tunnel.Plan.Forward.All.Count > 1
                    ? "target {target} is unhealthy, the others are tried first: detail={detail:512}"
                    : "target {target} is unhealthy: detail={detail:512}",
                target.Settings.Address,
                words
            );
        }
    }

    // One that works every other time changes with each connection.
    private static LogLevel LevelOf(TunnelState tunnel, LogLevel usual) =>
        tunnel.Warnings.LevelOf("changes of the health of targets") == LogLevel.Debug ? LogLevel.Debug : usual;
}
