using System.Security.Cryptography.X509Certificates;
using Tunnel.Tls;

namespace Tunnel.Cli.Doctor;

/// <summary>Two clocks, and what follows from them for dates that look wrong to one of them.</summary>
internal static class Clocks
{
    // An answer that is on its way for so long has come too late for anybody to wait for it.
    private static readonly TimeSpan _same = TimeSpan.FromSeconds(15);

    private const string Set = "set the clock that is wrong, and have it kept right (timedatectl set-ntp true)";

    /// <param name="certificate">Whose dates look wrong.</param>
    /// <param name="ours">This machine's clock.</param>
    /// <param name="theirs">The server's; null: it does not say.</param>
    public static Diagnosis Compare(
        Diagnosis diagnosis,
        X509Certificate2 certificate,
        DateTimeOffset ours,
        DateTimeOffset? theirs
    )
    {
        if (theirs is not { } there)
        {
            return diagnosis.And(Unknown(certificate, ours));
        }

        var skew = ours - there;
        var clocks = $"this machine's clock says {Instants.Format(ours)}, the server's {Instants.Format(there)}";
        return skew.Duration() <= _same ? diagnosis.And($"{clocks}: they agree")
            : IsInDate(certificate, ours) == IsInDate(certificate, there)
                ? diagnosis.And($"{clocks}: {Skew(skew)}") with
                {
                    Remedy = $"{diagnosis.Remedy}; and {Set}",
                }
            : diagnosis.And($"{clocks}: {Skew(skew)}, and only by one of them the certificate is in date") with
            {
                Code = "clock_skew",
                Remedy = Set,
            };
    }

    private static string Unknown(X509Certificate2 certificate, DateTimeOffset ours) =>
        IsInDate(certificate, ours)
            ? $"this machine's clock says {Instants.Format(ours)}, by which it is in date, so the server's clock, "
                + "which it does not tell, is another"
            : $"this machine's clock says {Instants.Format(ours)}; the server does not tell what its own says";

    private static string Skew(TimeSpan skew) =>
        $"this machine's is {Spans.Text(skew.Duration())} {(skew > TimeSpan.Zero ? "ahead" : "behind")}";

    private static bool IsInDate(X509Certificate2 certificate, DateTimeOffset now) =>
        Validity.FaultOf("", certificate, now) is null;
}
