using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>Is it a certificate's time?</summary>
internal static class Validity
{
    /// <summary>Null within the validity period; else what is wrong, with dates.</summary>
    /// <param name="name">The certificate as the sentence is to call it.</param>
    public static Refusal? FaultOf(string name, X509Certificate2 certificate, DateTimeOffset now)
    {
        DateTimeOffset notBefore = certificate.NotBefore.ToUniversalTime();
        DateTimeOffset notAfter = certificate.NotAfter.ToUniversalTime();
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
