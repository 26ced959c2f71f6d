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

    /// <returns>Null when an application would be served.</returns>
    public Diagnosis? Of(VisitReport report) =>
        report.Stage switch
        {
            VisitStage.Connect => OfConnecting(report),
            VisitStage.Handshake when report.Refusal is { } refusal => OfRefusal(report, refusal),
            VisitStage.Handshake => OfHandshake(report),
            VisitStage.Verdict => OfVerdict(report),
            VisitStage.Target => new Diagnosis(
                Rung.Target,
                "target_down",
                $"the server lets us in at {Place(report)}, but does not reach the service behind it",
                "start the service, or correct target_service of the server: tunnel doctor there, with the server's "
                    + "configuration, names the service's address and says why"
            ).And(report.Detail),
            _ => null,
        };

    private Diagnosis OfConnecting(VisitReport report) =>
        (
            report.IsLate
                ? new Diagnosis(
                    Rung.Tcp,
                    "no_answer",
                    $"nobody answers at {Place(report)}",
                    "see whether the machine is up and the address is right; a firewall on the way that drops packets "
                        + "looks like this too: let TCP through to this port"
                )
                : new Diagnosis(
                    Rung.Tcp,
                    "not_connected",
                    $"no TCP connection to {Place(report)}",
                    $"start the tunnel server there, or correct remote_server ({Server}); its own configuration has "
                        + "the port in server_listener"
                )
        ).And(report.Detail.Replace($"{report.Address}: ", "", StringComparison.Ordinal));

    private Diagnosis OfRefusal(VisitReport report, Refusal refusal)
    {
        var diagnosis = new Diagnosis(
            Rung.Tls,
            $"server_{refusal.Code.Word()}",
            $"we refuse the server's certificate at {Place(report)}",
            TheirCertificate.Remedy(
                refusal,
                report.Tls?.Peer,
                Expected,
                tunnel.Profile.Policy.Anchors?.File ?? "server_ca_cert"
            )
        ).And(report.Detail);
        if (report.Tls?.Peer is not { } leaf)
        {
            return diagnosis;
        }

        var identity = PeerIdentity.From(leaf);
        var wanted = refusal.Code == RefusalCode.WrongName ? $"; expected was the name {Expected}" : "";
        return diagnosis.And($"it is {identity.Subject}, SANs {identity.Sans}, issued by {identity.Issuer}{wanted}");
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
        return new Diagnosis(Rung.Tls, word, $"no TLS with {Place(report)}", remedy).And(report.Detail);
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
        return new Diagnosis(Rung.Verdict, word, $"the server turns us away at {Place(report)}", remedy).And(
            report.Detail
        );
    }

    private Diagnosis OfOurCertificate(VisitReport report, string code)
    {
        var diagnosis = new Diagnosis(
            Rung.Verdict,
            code,
            $"the server does not let us in at {Place(report)}",
            OurCertificate.Remedy(code, tunnel.Profile)
        ).And(report.Detail);
        return tunnel.Profile.Own is { } own
            ? diagnosis.And(
                $"our certificate is {PeerIdentity.From(own.Leaf).Subject} of {own.CertFile}, issued by "
                    + $"{PeerIdentity.From(own.Leaf).Issuer}, valid "
                    + $"from {Instants.Format(Validity.BeginningOf(own.Leaf))} to "
                    + $"{Instants.Format(Validity.EndOf(own.Leaf))}"
            )
            : diagnosis.And("we present no certificate");
    }

    /// <summary>The address, and the name that led to it; and from where, because a firewall judges both.</summary>
    private string Place(VisitReport report)
    {
        var (at, name) = (report.Address.ToString()!, Server.ToString());
        var from = report.From is { } local ? $"from {local}" : null;
        var beside = string.Join(", ", new[] { at == name ? null : at, from }.OfType<string>());
        return beside.Length > 0 ? $"{name} ({beside})" : name;
    }
}
