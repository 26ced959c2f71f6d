using Tunnel.Config;
using Tunnel.Opening;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Doctor;

/// <summary>From what came of a visit to a server to a cause and a remedy.</summary>
/// <param name="server">Which of the client's servers it was.</param>
internal sealed class VisitDiagnosis(TunnelCandidate tunnel, int server)
{
    private Address Server => tunnel.Settings.Forward.Targets[server].Address;

    private string Expected => TlsProfiles.ServerNameOf(tunnel.Settings.Forward.Targets[server], tunnel.Settings.Tls);

    /// <summary>Our certificate's file.</summary>
    private string? CertFile => tunnel.Profile.Own?.CertFile;

    /// <returns>Null when an application would be served.</returns>
    public Diagnosis? Of(VisitReport report) =>
        report.Stage switch
        {
            VisitStage.Connect => OfConnecting(report),
            VisitStage.Handshake when report.Refusal is { } refusal => OfRefusal(report, refusal),
            VisitStage.Handshake => OfHandshake(report),
            VisitStage.Verdict => OfVerdict(report),
            VisitStage.Target => new(
                Rung.Target,
                "target_down",
                $"the server lets us in at {Place(report)}, but does not reach the service behind it: {report.Detail}",
                "start the service, or correct target_service of the server: tunnel doctor there, with the server's "
                    + "configuration, names the service's address and says why"
            ),
            _ => null,
        };

    private Diagnosis OfConnecting(VisitReport report) =>
        report.IsLate
            ? new(
                Rung.Tcp,
                "no_answer",
                $"nobody answers at {Place(report)}: {report.Detail}",
                "see whether the machine is up and the address is right; a firewall on the way that drops packets "
                    + "looks like this too: let TCP through to this port"
            )
            : new(
                Rung.Tcp,
                "not_connected",
                $"no TCP connection to {Place(report)}: {report.Detail}",
                $"start the tunnel server there, or correct remote_server ({Server}); its own configuration has the "
                    + "port in server_listener"
            );

    private Diagnosis OfRefusal(VisitReport report, Refusal refusal)
    {
        var found = report.Tls?.Peer is { } leaf
            ? $"; it is {PeerIdentity.From(leaf).Subject}, SANs {PeerIdentity.From(leaf).Sans}, issued by "
                + $"{PeerIdentity.From(leaf).Issuer}; expected was the name {Expected}"
            : "";
        return new Diagnosis(
            Rung.Tls,
            $"server_{refusal.Code.Word()}",
            $"we refuse the server's certificate at {Place(report)}: {report.Detail}{found}",
            TheirCertificate.Remedy(refusal, Expected, tunnel.Profile.Policy.Anchors?.File ?? "server_ca_cert")
        );
    }

    private Diagnosis OfHandshake(VisitReport report)
    {
        var fault = report.Fault!;
        if (report.Alert is { } alert && OurCertificate.CodeOf(alert) is { } code)
        {
            return OfOurCertificate(report, code);
        }

        var (word, remedy) = fault.Kind switch
        {
            HandshakeFaultKind.NotTls => (
                "not_tls",
                $"correct remote_server ({Server}): it must be the port of a tunnel server (its server_listener), not "
                    + "the service behind it, and not the local_listener of a client"
            ),
            HandshakeFaultKind.Protocol => (
                "no_common_tls",
                "compare tls.profile, min_version, ciphers, ciphersuites, groups and require of both sides"
            ),
            _ when report.BytesReceived > 0 => (
                "cut_midway",
                "TLS had begun, so the port is right and something cut it off: see the server's log at this moment; "
                    + "if it has no such line, something on the way did (a firewall or proxy that inspects TLS, or "
                    + "a path that loses large packets: try a smaller MTU)"
            ),
            _ => (
                report.IsLate ? "silent" : "cut_at_once",
                $"see whether {Server} is the port of a tunnel server, and whether the server's log has a line at "
                    + "this moment; if it has none, something on the way answered in its place or cut the connection: "
                    + "a firewall, a load balancer with nothing behind it, a proxy that inspects TLS"
            ),
        };
        return new Diagnosis(Rung.Tls, word, $"no TLS with {Place(report)}: {report.Detail}", remedy);
    }

    private Diagnosis OfVerdict(VisitReport report)
    {
        if (report is { Greeting.Code: GreetingCode.Denied, Greeting.Text: var said })
        {
            return OfOurCertificate(report, OurCertificate.CodeOf(said) ?? "our_certificate_refused");
        }

        if (report.Alert is { } alert && OurCertificate.CodeOf(alert) is { } code)
        {
            return OfOurCertificate(report, code);
        }

        var (word, remedy) = report.Greeting?.Code switch
        {
            GreetingCode.CannotJudge => (
                "server_cannot_judge",
                "run tunnel doctor at the server with its configuration; most often its CRL (tls.crl) is out of date"
            ),
            GreetingCode.Busy => (
                "server_busy",
                "wait, or raise the limit at the server (limits); its tunnel status shows how full each limit is"
            ),
            GreetingCode.Stopping => ("server_stopping", "wait until the server has been restarted"),
            null when report.Alert == "internal_error" => (
                "server_failed",
                "run tunnel doctor at the server with its configuration: it could not judge us (most often because its "
                    + "CRL, tls.crl, is out of date), or its service broke off at once"
            ),
            _ => (
                "cut_before_verdict",
                "see the server's log at this moment: it accepted TLS and ended the connection before it said "
                    + "whether it lets us in"
            ),
        };
        return new Diagnosis(
            Rung.Verdict,
            word,
            $"the server turns us away at {Place(report)}: {report.Detail}",
            remedy
        );
    }

    private Diagnosis OfOurCertificate(VisitReport report, string code)
    {
        var ours = tunnel.Profile.Own is { } own
            ? $"our certificate is {PeerIdentity.From(own.Leaf).Subject} of {own.CertFile}, issued by "
                + $"{PeerIdentity.From(own.Leaf).Issuer}, valid from {Dates.From(own.Leaf)} to {Dates.To(own.Leaf)}"
            : "we present no certificate";
        var issuer = tunnel.Profile.Own is { } mine ? PeerIdentity.From(mine.Leaf).Issuer : "our CA";
        return new Diagnosis(
            Rung.Verdict,
            code,
            $"the server does not let us in at {Place(report)}: {report.Detail}; {ours}",
            OurCertificate.Remedy(code, CertFile, issuer)
        );
    }

    /// <summary>The address, and the name that led to it; and from where, because a firewall judges both.</summary>
    private string Place(VisitReport report)
    {
        var at = report.Address.ToString()!;
        var name = Server.ToString();
        var place = at == name ? at : $"{name} ({at})";
        return report.From is { } from ? $"{place}, from here by {from}" : place;
    }
}
