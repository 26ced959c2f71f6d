using System.Net;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Doctor;

/// <summary>What a further visit can tell about a fault that the first one has found.</summary>
internal sealed class SecondLook(TunnelCandidate tunnel, Engine engine)
{
    private readonly OtherLook _other = new(tunnel, engine);

    /// <summary>The same diagnosis, or one that knows more.</summary>
    public async Task<Diagnosis> AtAsync(Fault fault)
    {
        if (fault.Report is not { } report)
        {
            return fault.Diagnosis;
        }

        var diagnosis = fault.Diagnosis;
        return diagnosis.Code switch
        {
            "server_expired" or "server_not_yet_valid" => await ClocksAsync(diagnosis, fault, report.Tls?.Peer)
                .ConfigureAwait(false),
            "our_certificate_expired" or "our_certificate_not_yet_valid" or "our_certificate_refused" =>
                await ClocksAsync(diagnosis, fault, tunnel.Profile.Own?.Leaf).ConfigureAwait(false),
            "server_untrusted_issuer" or "server_self_signed" or "server_missing_intermediate" => Sharpened(
                diagnosis,
                report,
                fault.Server
            ) ?? await TrustAsync(diagnosis, fault).ConfigureAwait(false),
            "our_issuer_not_trusted" => diagnosis.And(
                "its own certificate is trusted here, so trust is there at one end only"
            ),
            "silent" or "cut_at_once" => await BareAsync(diagnosis, fault).ConfigureAwait(false),
            _ => diagnosis,
        };
    }

    /// <summary>For dates that look wrong here already, before anybody has been visited.</summary>
    public async Task<Diagnosis> ClocksAsync(Diagnosis diagnosis)
    {
        var peer = tunnel.Settings.Forward.Targets[0].Address;
        var found = await Reach.FindAsync(peer, tunnel.Settings.Timeouts.Connect, engine).ConfigureAwait(false);
        var own = tunnel.Profile.Own?.Leaf;
        return found.EndPoints.Count > 0
                ? await ClocksAsync(
                        diagnosis,
                        new Fault(diagnosis, 0, new VisitReport(found.EndPoints[0], VisitStage.Connect, "")),
                        own
                    )
                    .ConfigureAwait(false)
            : own is null ? diagnosis
            : Clocks.Compare(diagnosis, own, DateTimeOffset.UtcNow, null);
    }

    private async Task<Diagnosis> ClocksAsync(Diagnosis diagnosis, Fault fault, X509Certificate2? certificate)
    {
        var theirs = await _other.ClockAsync(fault.Server, fault.Report!.Address).ConfigureAwait(false);
        return certificate is null ? diagnosis : Clocks.Compare(diagnosis, certificate, DateTimeOffset.UtcNow, theirs);
    }

    private async Task<Diagnosis> TrustAsync(Diagnosis diagnosis, Fault fault)
    {
        var report = await _other.TrustingAsync(fault.Server, fault.Report!.Address).ConfigureAwait(false);
        var code = OurCertificate.CodeOf(
            report.Greeting is { Code: GreetingCode.Denied, Text: var said } ? said : report.Alert ?? ""
        );
        return (report, code) switch
        {
            ({ IsTunnel: true, Stage: VisitStage.Served or VisitStage.Target }, _) => diagnosis.And(
                "the server, on its side, trusts our certificate: trust is there at one end only"
            ),
            (_, "our_issuer_not_trusted") => diagnosis.And(
                "nor does the server trust the issuer of ours: there is trust at neither end, as if the two had "
                    + "certificates from different 'certs init'"
            ) with
            {
                Remedy = $"{diagnosis.Remedy}; and put our CA in tls.client_ca_cert of the server",
            },
            _ => diagnosis,
        };
    }

    /// <summary>
    /// A server that has left out its intermediate looks like one of a strange CA. If our own chain has what is
    /// missing, it is known which.
    /// </summary>
    /// <returns>Null when it is not known.</returns>
    private Diagnosis? Sharpened(Diagnosis diagnosis, VisitReport report, int server)
    {
        if (
            report.Tls?.Peer is not { } leaf
            || tunnel.Profile.Own is not { Intermediates: { Count: > 0 } intermediates }
            || tunnel.Answer(new PresentedCertificates(leaf, [.. intermediates]), null, server)
                is { Refusal.Code: not (RefusalCode.WrongName or RefusalCode.NotAllowed) }
        )
        {
            return null;
        }

        return diagnosis.And(
            $"with the intermediate of {tunnel.Profile.Own.CertFile} it would be trusted, so the server has left out "
                + "the intermediate above its certificate"
        ) with
        {
            Code = "server_missing_intermediate",
            Remedy = TheirCertificate.Remedy(
                new Refusal(RefusalCode.MissingIntermediate, ""),
                leaf,
                "",
                tunnel.Profile.Policy.Anchors!.File
            ),
        };
    }

    private async Task<Diagnosis> BareAsync(Diagnosis diagnosis, Fault fault)
    {
        var bare = await _other.BareAsync(fault.Server, fault.Report!.Address).ConfigureAwait(false);
        return bare.BytesReceived == 0
            ? diagnosis
            : diagnosis.And(
                "a shorter ClientHello without the name of the server is answered at the same address: something on "
                    + "the way (a firewall, a proxy) cuts handshakes by the name in them (SNI) or by their size"
            ) with
            {
                Code = "middlebox",
                Remedy =
                    "let this connection through where it is inspected, by the addresses and port above; or try "
                    + "tls.groups: X25519:P-256 (a ClientHello that fits into one packet) and another "
                    + "remote_server.server_name that the certificate has",
            };
    }
}

/// <summary>A fault, and the visit that has shown it.</summary>
/// <param name="Server">Which of the client's servers.</param>
/// <param name="Report">Null: nobody has been visited.</param>
internal sealed record Fault(Diagnosis Diagnosis, int Server, VisitReport? Report);
