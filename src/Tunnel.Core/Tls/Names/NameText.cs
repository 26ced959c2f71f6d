using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>Distinguished names as messages write them: escaped, and never the work that a hostile one asks for.</summary>
internal static class NameText
{
    // To write out a name of 26 KiB takes longer than a whole handshake. Longest names in use: a few hundred octets.
    private const int MostBytes = 1024;

    public static string Subject(X509Certificate2 certificate) => Of(certificate.SubjectName);

    public static string Issuer(X509Certificate2 certificate) => Of(certificate.IssuerName);

    /// <summary>Never throws.</summary>
    public static string Of(X500DistinguishedName name)
    {
        if (IsTooLong(name))
        {
            return $"(a name of {name.RawData.Length} bytes)";
        }

        try
        {
            return name.Name is { Length: > 0 } text ? SafeText.Escape(text) : "(no subject)";
        }
        catch (CryptographicException)
        {
            return "(unreadable)";
        }
    }

    /// <summary>Nothing is read out of such a name.</summary>
    public static bool IsTooLong(X500DistinguishedName name) => name.RawData.Length > MostBytes;
}
