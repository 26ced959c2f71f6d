using Tunnel.Opening;
using Tunnel.Tls;

namespace Tunnel.Cli.Doctor;

/// <summary>A visit to a server as the lines of the report.</summary>
internal static class VisitSteps
{
    public static IEnumerable<Step> Of(VisitReport report)
    {
        if (report.Stage == VisitStage.Connect)
        {
            yield return new Step(Rung.Tcp, StepResult.Failed, report.Connecting, report.Detail);
            yield break;
        }

        var roundTrip = report.RoundTrip is { } span ? $", round trip {Spans.Ms(span)} ms" : "";
        yield return new Step(
            Rung.Tcp,
            StepResult.Ok,
            report.Connecting,
            $"{report.Address}{(report.From is { } from ? $", from {from}" : "")}{roundTrip}"
        );
        if (report.Stage == VisitStage.Handshake)
        {
            yield return new Step(Rung.Tls, StepResult.Failed, report.Shaking, report.Detail);
            yield break;
        }

        yield return new Step(Rung.Tls, StepResult.Ok, report.Shaking, Agreed(report.Tls!));
        if (report.Stage == VisitStage.Verdict)
        {
            yield return new Step(Rung.Verdict, StepResult.Failed, report.Answering, report.Detail);
            yield break;
        }

        if (!report.IsTunnel)
        {
            yield return new Step(
                Rung.Verdict,
                StepResult.Unknown,
                report.Answering,
                "it is no tunnel server (no ALPN x-tunnel/1): it took our certificate, and says nothing of its service"
            );
            yield break;
        }

        yield return new Step(Rung.Verdict, StepResult.Ok, report.Answering, "it lets us in");
        yield return report.Stage == VisitStage.Target
            ? new Step(Rung.Target, StepResult.Failed, null, report.Detail)
            : new Step(
                Rung.Target,
                StepResult.Ok,
                null,
                $"the server reached it within that time (session {report.Greeting!.Text} in the server's log)"
            );
    }

    private static string Agreed(TlsInfo tls)
    {
        var group = tls.Group is { } name ? $", {name}" : "";
        var peer = tls.Peer is { } leaf
            ? $"; {PeerIdentity.From(leaf).Subject}, until {PeerIdentity.From(leaf).NotAfter}"
            : "";
        return $"{tls.Version}, {tls.Cipher}{group}{(tls.Resumed ? ", resumed" : "")}{peer}";
    }
}
