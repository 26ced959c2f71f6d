using Tunnel.Opening;
using Tunnel.Reports;

namespace Tunnel.Tunnels;

/// <summary>From a tunnel to what is said about it.</summary>
internal static class TunnelReports
{
    public static TunnelReport Of(TunnelMember tunnel, string state, DateTimeOffset now)
    {
        var report = new TunnelReport
        {
            Name = tunnel.Candidate.Settings.Name,
            Role = tunnel.Candidate.Settings.Role.Word(),
            State = tunnel.Running is null ? ProcessReport.NotListening : state,
            Cause = tunnel.Running is null ? tunnel.Fault?.Message ?? "it is starting" : null,
            Backend = tunnel.Candidate.Backend,
            Certificates =
            [
                .. tunnel.Candidate.Certificates.Select(one => new CertificateEntry(
                    one.File,
                    one.Subject,
                    one.NotAfter,
                    (long)(one.NotAfter - now).TotalSeconds
                )),
            ],
        };
        return tunnel.Running is { } running ? Running(report, running) : report;
    }

    /// <summary>Why none of these tunnels could take another session now; null: one could.</summary>
    public static string? WhyNotReady(IReadOnlyList<TunnelMember> tunnels)
    {
        var causes = tunnels
            .Select(tunnel => tunnel.Running is { } running ? WhyFull(running) : "it does not listen")
            .ToList();
        return causes.Contains(null) ? null : string.Join("; ", causes.Distinct());
    }

    /// <summary>Why a server that listens could not take another session now; null: it could.</summary>
    private static string? WhyFull(RunningTunnel tunnel) =>
        tunnel.Strangers is null ? (tunnel.Table.HasRoom ? null : "no open files, or no memory, for another session")
        : tunnel.Admission.Active >= tunnel.Admission.Most.All
            ? $"all {tunnel.Admission.Most.All} places for sessions are taken (limits.sessions)"
        : tunnel.Strangers.HasRoom ? null
        : "no open files, or no memory, for another connection";

    private static TunnelReport Running(TunnelReport report, RunningTunnel running)
    {
        var (sent, received) = running.Table.Bytes;
        return report with
        {
            Listeners = [.. running.Endpoints.Select(endpoint => endpoint.ToString()!)],
            SessionsActive = running.Table.Active,
            SessionsAccepted = running.Table.Accepted,
            SessionsFailed = running.Table.Failed,
            SessionsEnded = running.Table.Counts.Ended.ByWord(),
            BytesSent = sent,
            BytesReceived = received,
            Handshakes = running.Counts.Handshakes,
            FailedAttempts = running.Counts.FailedAttempts.ByWord(),
            Refusals = running.Refusals.Counts.ByWord(),
            LastRefusal = running.Refusals.Last is { } last
                ? new RefusalReport(last.At, last.Peer, last.Why.Code.Word(), last.Why.Reason, last.Claimed)
                : null,
            Limits = running.Strangers is { } strangers ? Limits(running.Admission, strangers) : [],
            Targets = [.. running.Plan.Forward.All.Select(Of)],
        };
    }

    private static LimitReport[] Limits(Admission admission, Strangers strangers)
    {
        var (all, ofOne) = admission.Most;
        return
        [
            new("limits.sessions", all, admission.Active, admission.Waiting, admission.TurnedAway),
            new("limits.sessions_per_identity", ofOne),
            new("limits.strangers", strangers.Limits.All, strangers.Count),
            new("limits.strangers_per_source", strangers.Limits.PerSource),
        ];
    }

    private static TargetReport Of(Target target) =>
        new(
            target.Settings.Address.ToString(),
            target.Health.IsHealthy,
            target.Health.Since,
            target.Sessions,
            target.Health.Why
        );
}
