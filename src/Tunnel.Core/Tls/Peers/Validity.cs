using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>Is it a certificate's time?</summary>
internal static class Validity
{
    /// <summary>Its notBefore, in UTC: the certificate gives local times, of which 9999-12-31 has none in some zones.</summary>
    public static DateTimeOffset BeginningOf(X509Certificate2 certificate) => certificate.NotBefore.ToUniversalTime();

    /// <summary>Its notAfter, likewise.</summary>
    public static DateTimeOffset EndOf(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime();

    /// <summary>Null within the validity period; else what is wrong, with dates.</summary>
    /// <param name="name">The certificate as the sentence is to call it.</param>
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
                $"{name} is not valid before {Instants.Format(notBefore)} (the clock here says {Instants.Format(now)})"
            )
            : null;
    }
}
