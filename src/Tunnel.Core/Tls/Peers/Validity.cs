using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>Whether a certificate is within its validity period.</summary>
public static class Validity
{
    /// <summary>
    /// Its notBefore, in UTC: the property is in local time, and 9999-12-31 has no local time in some zones.
    /// </summary>
    public static DateTimeOffset BeginningOf(X509Certificate2 certificate) => certificate.NotBefore.ToUniversalTime();

    /// <summary>Its notAfter, likewise.</summary>
    public static DateTimeOffset EndOf(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime();

    /// <summary>What to do about one of ours that is not.</summary>
    /// <param name="code">Of <see cref="FaultOf"/>.</param>
    public static string Remedy(RefusalCode code) =>
        code == RefusalCode.Expired
            ? "renew it, or set this machine's clock if it is wrong"
            : "set this machine's clock if it is wrong, or wait until then";

    /// <summary>Null within the validity period; else what is wrong, with dates.</summary>
    /// <param name="name">What the sentence calls the certificate.</param>
    public static Refusal? FaultOf(string name, X509Certificate2 certificate, DateTimeOffset now)
    {
        var (notBefore, notAfter) = (BeginningOf(certificate), EndOf(certificate));
        if (now > notAfter)
        {
            var ago = Instants.Format(now - notAfter);
            return new(RefusalCode.Expired, $"{name} expired on {Instants.Format(notAfter)} ({ago} ago)");
        }

        return now < notBefore
            ? new(
                RefusalCode.NotYetValid,
                $"{name} is not valid before {Instants.Format(notBefore)} (this machine's clock says "
                    + $"{Instants.Format(now)})"
            )
            : null;
    }
}
