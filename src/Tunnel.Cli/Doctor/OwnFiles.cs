using Tunnel.Config;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Doctor;

/// <summary>The rung of certificates: whether our own could be accepted by anybody, and what we trust.</summary>
internal static class OwnFiles
{
    /// <returns>Null when all is well.</returns>
    public static Diagnosis? Look(TunnelCandidate tunnel, Ladder ladder)
    {
        Diagnosis? found = null;
        ladder.Take(
            Rung.Certificates,
            () =>
            {
                var warnings = tunnel.WarningsAt(DateTimeOffset.UtcNow).ToList();
                var broken = warnings.Find(warning => warning.BreaksTunnel);
                found = broken is null ? null : Diagnose(broken, tunnel.Settings);
                return broken is not null ? (StepResult.Failed, broken.Trouble.Cause)
                    : warnings.Count > 0
                        ? (StepResult.Warning, string.Join("; ", warnings.Select(warning => warning.Text)))
                    : (StepResult.Ok, Summary(tunnel));
            }
        );
        return found;
    }

    private static Diagnosis Diagnose(SetupWarning broken, TunnelSettings settings)
    {
        var (own, usage) = settings.Role == TunnelRole.Client ? ("client", "clientAuth") : ("server", "serverAuth");
        return broken.Code switch
        {
            RefusalCode.Expired => new(
                Rung.Certificates,
                "expired",
                broken.Trouble.Cause,
                $"issue a new certificate (tls.{own}_cert, or the CA that is named), or set the clock if it is wrong"
            ),
            RefusalCode.NotYetValid => new(
                Rung.Certificates,
                "not_yet_valid",
                broken.Trouble.Cause,
                "set the clock if it is wrong (timedatectl set-ntp true), or wait until the certificate is valid"
            ),
            RefusalCode.WrongUsage => new(
                Rung.Certificates,
                "wrong_usage",
                broken.Trouble.Cause,
                $"issue the certificate again with the extended key usage {usage} (and the key usage "
                    + "digitalSignature)"
            ),
            _ => new(
                Rung.Certificates,
                "unusable_file",
                broken.Trouble.Cause,
                "replace the file that is named; tunnel check lists all of them with their dates"
            ),
        };
    }

    private static string Summary(TunnelCandidate tunnel)
    {
        var own = tunnel.Profile.Own is { } mine
            ? $"{PeerIdentity.From(mine.Leaf).Subject}, until {PeerIdentity.From(mine.Leaf).NotAfter}"
            : "we present none";
        var trusted = tunnel.Profile.Policy.Anchors is { } anchors
            ? $"; trusts {string.Join(", ", anchors.Certificates.Take(3).Select(ca => PeerIdentity.From(ca).Subject))}"
                + (anchors.Certificates.Count > 3 ? $" and {anchors.Certificates.Count - 3} more" : "")
            : "; asks for no certificate";
        return $"{own}{trusted}";
    }
}
