using System.Globalization;

namespace Tunnel.Reports;

/// <summary>What is not as it should be, by what a process says of itself: judged here, for whoever shows it.</summary>
public static class Findings
{
    /// <summary>More than anybody reads at once; a thousand tunnels may have a thousand faults.</summary>
    public const int Most = 50;

    /// <summary>The report with its findings.</summary>
    public static ProcessReport Judged(this ProcessReport report)
    {
        var all = OfProcess(report)
            .Concat(report.Tunnels.SelectMany(OfTunnel))
            .Concat(OfCertificates(report.Tunnels))
            .OrderBy(found => found.Level)
            .ThenBy(found => found.Code)
            .ToList();
        return report with { Findings = [.. all.Take(Most)], MoreFindings = Math.Max(0, all.Count - Most) };
    }

    /// <summary>What to do about what is found.</summary>
    public static string RemedyOf(FindingCode code) =>
        code switch
        {
            FindingCode.NotReady => "raise what it names: limits.sessions, the open files (LimitNOFILE, ulimit -n) or "
                + "the memory; a tunnel that does not listen says itself why",
            FindingCode.NotListening => "stop whoever has its address, or change it; it starts by itself then",
            FindingCode.CertificateExpired or FindingCode.CertificateExpiresSoon =>
                "renew it and replace the file: it is read again by itself",
            FindingCode.TargetUnhealthy => "start it, or correct its address: it is tried again by itself; 'tunnel "
                + "doctor' says what stands in the way",
            FindingCode.FilesFull or FindingCode.FilesNearlyFull =>
                "raise LimitNOFILE (ulimit -n) or the memory, or lower limits.sessions",
            FindingCode.LimitFull or FindingCode.LimitNearlyFull => "raise it if these are good clients, and the "
                + "target can bear more; if not, keep them away from the port (firewall)",
            FindingCode.ReloadRefused => "correct it, and reload: the next start would fail; 'tunnel check' says "
                + "whether all is right",
            FindingCode.Draining => "nothing, if it was meant; it ends when its sessions have ended",
            FindingCode.SessionsWait => "raise limits.sessions_per_identity or limits.new_sessions_per_second if that "
                + "client may have more",
            _ => throw new ArgumentOutOfRangeException(nameof(code), code, null),
        };

    private static IEnumerable<Finding> OfProcess(ProcessReport report)
    {
        if (report.State == ProcessReport.Draining)
        {
            yield return New(FindingCode.Draining, "the process is stopping: live sessions may finish");
        }
        else if (report.NotReady is { } why)
        {
            yield return New(FindingCode.NotReady, $"no session can be admitted: {why}");
        }

        var resources = report.Resources;
        if (Share.IsNearlyFull(resources.OpenFiles, resources.OpenFilesMost))
        {
            yield return New(
                resources.OpenFiles < resources.OpenFilesMost ? FindingCode.FilesNearlyFull : FindingCode.FilesFull,
                $"{Count(resources.OpenFiles)} of {Count(resources.OpenFilesMost)} open files are used by sessions"
            );
        }

        if (report.Reloads.Last is { Accepted: false } reload)
        {
            var faults = reload.Words.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var more = faults.Length > 1 ? $", and {Count(faults.Length - 1)} more" : "";
            yield return New(
                FindingCode.ReloadRefused,
                $"a new configuration was refused: {faults.FirstOrDefault()}{more} (the old one serves on; "
                    + $"{reload.By}, {Instants.Format(reload.At)})"
            );
        }
    }

    private static IEnumerable<Finding> OfTunnel(TunnelReport tunnel)
    {
        if (tunnel.Cause is { } cause)
        {
            yield return New(FindingCode.NotListening, $"the {tunnel.Role} does not listen: {cause}", tunnel.Name);
        }

        // While another one is there, sessions go to that.
        var level = tunnel.Targets.Any(target => target.Healthy) ? FindingLevel.Warning : FindingLevel.Problem;
        foreach (var target in tunnel.Targets.Where(target => !target.Healthy))
        {
            var words = $"{target.Address} is unhealthy since {Instants.Format(target.Since)}";
            var why = target.Detail is { } detail ? $": {detail}" : "";
            yield return New(FindingCode.TargetUnhealthy, words + why, tunnel.Name) with
            {
                Level = level,
            };
        }

        foreach (var limit in tunnel.Limits.Where(limit => limit.NearlyFull || limit.Waiting > 0))
        {
            var use = $"{limit.Key}: {Count(limit.Used ?? 0)} of {Count(limit.Most)} places are taken";
            var waiting = limit.Waiting > 0 ? $", and {Count(limit.Waiting)} wait for one" : "";
            var code =
                !limit.NearlyFull ? FindingCode.SessionsWait
                : limit.Used < limit.Most ? FindingCode.LimitNearlyFull
                : FindingCode.LimitFull;
            yield return New(code, use + waiting, tunnel.Name);
        }
    }

    // Tunnels may have files in common.
    private static IEnumerable<Finding> OfCertificates(IReadOnlyList<TunnelReport> tunnels) =>
        from tunnel in tunnels
        from certificate in tunnel.Certificates
        where certificate.ExpiresSoon
        group (tunnel.Name, certificate) by (certificate.File, certificate.Subject, certificate.NotAfter) into same
        let left = TimeSpan.FromSeconds(same.First().certificate.ExpiresInSeconds)
        let when = left < TimeSpan.Zero
            ? $"has expired {Instants.Format(-left)} ago"
            : $"expires in {Instants.Format(left)}"
        select New(
            left < TimeSpan.Zero ? FindingCode.CertificateExpired : FindingCode.CertificateExpiresSoon,
            $"a certificate {when}: {same.Key.Subject} ({same.Key.File})",
            same.Select(one => one.Name).Distinct().Count() == 1 ? same.First().Name : null
        );

    private static Finding New(FindingCode code, string words, string? tunnel = null) =>
        new(
            // They stand in this order.
            code < FindingCode.Draining
                ? FindingLevel.Problem
                : FindingLevel.Warning,
            code,
            SafeText.Escape(words),
            RemedyOf(code),
            tunnel
        );

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
