using Tunnel.Reports;

namespace Tunnel.Cli.Top;

/// <summary>Something that whoever is on call should know.</summary>
/// <param name="IsAlarm">Somebody is turned away by it now, or soon.</param>
/// <param name="Trouble">Its cause is for a line of the screen; both for who wants to see all of it.</param>
internal sealed record Warning(bool IsAlarm, Trouble Trouble);

/// <summary>What is not as it should be, by what a process says of itself.</summary>
internal static class Warnings
{
    private const double NearlyFull = 0.8;

    private static readonly TimeSpan _expiresSoon = TimeSpan.FromDays(30);

    /// <summary>The worst first. Texts in them are as they came.</summary>
    public static IReadOnlyList<Warning> Of(ProcessReport report) =>
        [.. All(report).OrderBy(warning => !warning.IsAlarm)];

    private static IEnumerable<Warning> All(ProcessReport report)
    {
        if (report.NotReady is { } why)
        {
            yield return new Warning(
                true,
                Trouble.Of($"no session can be admitted: {why}", "mend that, or raise the limit that it names")
            );
        }

        var resources = report.Resources;
        if (Share(resources.OpenFiles, resources.OpenFilesMost) is { } full)
        {
            var files = $"{Units.Count(resources.OpenFiles)} of {Units.Count(resources.OpenFilesMost)}";
            yield return new Warning(
                full >= 1,
                Trouble.Of(
                    $"open files: {files} are used by sessions",
                    "raise LimitNOFILE (ulimit -n), or lower limits.sessions"
                )
            );
        }

        if (report.Reloads.Last is { Accepted: false } reload)
        {
            yield return new Warning(
                false,
                Trouble.Of(
                    $"the last configuration was refused ({reload.By}): {reload.Words.Split('\n')[0]}",
                    "correct it, and reload"
                )
            );
        }

        foreach (var warning in report.Tunnels.SelectMany(Of))
        {
            yield return warning;
        }
    }

    private static IEnumerable<Warning> Of(TunnelReport tunnel)
    {
        var name = tunnel.Name is { } has ? $"{has}: " : "";
        if (tunnel.Cause is { } cause)
        {
            yield return new Warning(true, Trouble.Of($"{name}does not listen: {cause}", "it tries again by itself"));
        }

        foreach (var target in tunnel.Targets.Where(target => !target.Healthy))
        {
            yield return new Warning(
                true,
                Trouble.Of(
                    $"{name}{target.Address} is unhealthy: {target.Detail ?? "no reason given"}",
                    "start it, or correct its address; it is tried again by itself"
                )
            );
        }

        foreach (var limit in tunnel.Limits)
        {
            if (limit.Waiting > 0 || Share(limit.Used ?? 0, limit.Most) is not null)
            {
                var use = $"{Units.Count(limit.Used ?? 0)} of {Units.Count(limit.Most)}";
                var waiting = limit.Waiting > 0 ? $", {Units.Count(limit.Waiting)} wait for a place" : "";
                yield return new Warning(
                    limit.Waiting > 0 || limit.Used >= limit.Most,
                    Trouble.Of($"{name}{limit.Key}: {use} used{waiting}", "raise it if the target can bear more")
                );
            }
        }

        foreach (var certificate in tunnel.Certificates)
        {
            var left = TimeSpan.FromSeconds(certificate.ExpiresInSeconds);
            if (left < _expiresSoon)
            {
                var when =
                    left <= TimeSpan.Zero ? $"has expired {Units.Age(-left)} ago" : $"expires in {Units.Age(left)}";
                yield return new Warning(
                    left <= TimeSpan.Zero,
                    Trouble.Of(
                        $"{name}certificate {certificate.Subject} {when} ({certificate.File})",
                        "renew it: no restart is needed"
                    )
                );
            }
        }
    }

    // Null where there is enough room.
    private static double? Share(long used, long most) =>
        most > 0 && (double)used / most is >= NearlyFull and var share ? share : null;
}
