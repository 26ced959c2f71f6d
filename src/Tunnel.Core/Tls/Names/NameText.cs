using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>Distinguished names as messages write them: escaped, and cheap even for a hostile one.</summary>
internal static class NameText
{
    // Writing out a name of 26 KiB takes longer than a whole handshake. The longest names in use have a few hundred
    // octets.
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

    /// <summary>Such a name is not read.</summary>
    public static bool IsTooLong(X500DistinguishedName name) => name.RawData.Length > MostBytes;
}
