using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>The CN of a certificate's subject.</summary>
internal static class CommonName
{
    private const string Oid = "2.5.4.3";

    /// <summary>
    /// The most specific CN, which is the last one encoded: "app" in <c>DC=corp, CN=Users, CN=app</c>. Null when there
    /// is none, or the subject cannot be read or is longer than any in use. Not escaped.
    /// </summary>
    public static string? Of(X509Certificate2 certificate)
    {
        if (NameText.IsTooLong(certificate.SubjectName))
        {
            return null;
        }

        try
        {
            return certificate
                .SubjectName.EnumerateRelativeDistinguishedNames(reversed: true)
                .FirstOrDefault(name => !name.HasMultipleElements && name.GetSingleElementType().Value == Oid)
                ?.GetSingleElementValue();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
