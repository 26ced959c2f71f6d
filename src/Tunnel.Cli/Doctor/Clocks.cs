using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Cli.Doctor;

/// <summary>From when to when a certificate is valid.</summary>
internal sealed record Validity(DateTimeOffset From, DateTimeOffset To)
{
    public static Validity? Of(X509Certificate2? certificate) =>
        certificate is null
            ? null
            : new(certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());

    public bool Has(DateTimeOffset now) => From <= now && now <= To;
}

/// <summary>Two clocks, and what follows from them for dates that look wrong to one of them.</summary>
internal static class Clocks
{
    // An answer that is on its way for so long has come too late for anybody to wait for it.
    private static readonly TimeSpan _same = TimeSpan.FromSeconds(15);

    private const string Set = "set the clock that is wrong, and have it kept right (timedatectl set-ntp true)";

    /// <param name="ours">This machine's clock.</param>
    /// <param name="theirs">The server's; null: it does not say.</param>
    public static Diagnosis Compare(Diagnosis diagnosis, Validity dates, DateTimeOffset ours, DateTimeOffset? theirs)
    {
        if (theirs is not { } there)
        {
            return diagnosis.And(Unknown(dates, ours));
        }

        var skew = ours - there;
        var clocks = $"this machine's clock says {Dates.Text(ours)}, the server's {Dates.Text(there)}";
        return skew.Duration() <= _same ? diagnosis.And($"{clocks}: they agree")
            : dates.Has(ours) == dates.Has(there)
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

    private static string Unknown(Validity dates, DateTimeOffset ours) =>
        dates.Has(ours)
            ? $"this machine's clock says {Dates.Text(ours)}, by which it is in date, so the server's clock, which it "
                + "does not tell, is another"
            : $"this machine's clock says {Dates.Text(ours)}; the server does not tell what its own says";

    private static string Skew(TimeSpan skew) =>
        $"this machine's is {Dates.Span(skew.Duration())} {(skew > TimeSpan.Zero ? "ahead" : "behind")}";
}
