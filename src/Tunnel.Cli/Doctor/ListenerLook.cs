using System.Net;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Doctor;

/// <summary>Whether a server's tunnel listens where its file says, or could.</summary>
internal sealed class ListenerLook(TunnelCandidate tunnel, Engine engine, Ladder ladder)
{
    /// <returns>Null when the tunnel listens there, or that cannot be known.</returns>
    public async Task<Diagnosis?> AtAsync(Address at)
    {
        if (at is SystemdSocket)
        {
            Add(at, StepResult.Unknown, null, "systemd has its sockets; 'systemctl list-sockets' shows them");
            return null;
        }

        var found = await Reach.FindAsync(at, tunnel.Settings.Timeouts.Connect, engine).ConfigureAwait(false);
        if (found.Fault is { } fault)
        {
            Add(at, StepResult.Failed, found.Took, fault);
            return new Diagnosis(
                Rung.Listener,
                "cannot_listen",
                $"cannot listen on {at}: {fault}",
                "write an address of this machine in server_listener.host ('ip address' lists them)"
            );
        }

        var report = await LookAsync(Near(found.EndPoints[0])).ConfigureAwait(false);
        return report.Stage == VisitStage.Connect ? await NobodyAsync(at).ConfigureAwait(false) : Somebody(at, report);
    }

    private async Task<Diagnosis?> NobodyAsync(Address at)
    {
        if (await ListenTrial.WhyNotAsync(tunnel.Settings, at, engine).ConfigureAwait(false) is { } why)
        {
            Add(at, StepResult.Failed, null, why);
            return new Diagnosis(Rung.Listener, "cannot_listen", why, $"free {at}, or change server_listener");
        }

        Add(at, StepResult.Failed, null, $"nothing listens on {at}; the tunnel could");
        return new Diagnosis(
            Rung.Listener,
            "not_running",
            $"nothing listens on {at}: the tunnel does not run",
            "start it: tunnel run --config with this file"
        );
    }

    private Diagnosis? Somebody(Address at, VisitReport report)
    {
        var took = report.Connecting + (report.Shaking ?? TimeSpan.Zero);
        if (report.Tls?.Peer is not { } leaf)
        {
            // The rest says what a client should do.
            var words = report.Detail.Split("; ")[0];
            if (report.From is { } from && tunnel.Settings.Proxy.ExpectsHeaderFrom(from))
            {
                Add(at, StepResult.Unknown, took, $"{at} is open; it may ask for a header of the PROXY protocol");
                return null;
            }

            Add(at, StepResult.Failed, took, $"{at} is open, but what answers there is not this tunnel: {words}");
            return Taken(at, $"what listens on {at} is not this tunnel: {words}");
        }

        if (leaf.Equals(tunnel.Profile.Own?.Leaf))
        {
            Add(at, StepResult.Ok, took, $"{at} is open, and presents the certificate of the file");
            return null;
        }

        var other = PeerIdentity.From(leaf);
        Add(at, StepResult.Failed, took, $"{at} presents another certificate: {other.Subject}");
        return leaf.Subject == tunnel.Profile.Own?.Leaf.Subject
            ? new Diagnosis(
                Rung.Listener,
                "old_certificate",
                $"what listens on {at} presents an older certificate of {other.Subject} (until {other.NotAfter}) than "
                    + $"{tunnel.Profile.Own!.CertFile} has",
                "let the running tunnel take up its files: tunnel reload --config with this file, or SIGHUP"
            )
            : Taken(at, $"what listens on {at} is not this tunnel: it presents {other.Subject}");
    }

    private static Diagnosis Taken(Address at, string what) =>
        new(
            Rung.Listener,
            "port_taken",
            what,
            at is HostPort { Port: var port }
                ? $"'ss -ltnp sport = :{port}' says which process it is; stop it, or change server_listener.port"
                : "stop the process that listens there, or change server_listener"
        );

    /// <summary>As any client would see it, whatever it presents; we present nothing.</summary>
    private Task<VisitReport> LookAsync(EndPoint at)
    {
        var profile = new TlsProfile
        {
            Role = TunnelRole.Client,
            Policy = PeerPolicy.ForLookingAtServers(),
            ServerName = "localhost",
            Versions = tunnel.Profile.Versions,
            ApplicationProtocols = [Greeting.Protocol],
            SessionResumption = false,
        };
        return new OtherLook(tunnel, engine).VisitAsync(profile, at);
    }

    private void Add(Address at, StepResult result, TimeSpan? took, string text) =>
        ladder.Add(new Step(Rung.Listener, result, took, text) { Peer = at.ToString() });

    /// <summary>An address of this machine that leads to a listener on all of them.</summary>
    private static EndPoint Near(EndPoint at) =>
        at is not IPEndPoint ip ? at
        : ip.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, ip.Port)
        : ip.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, ip.Port)
        : ip;
}
