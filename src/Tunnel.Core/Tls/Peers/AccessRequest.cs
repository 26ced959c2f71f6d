using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>A peer whose chain is good, as the rules about access see it. For one judgement, on one thread.</summary>
/// <param name="chain">By which it was accepted; null when its session was resumed and nobody here has seen it.</param>
/// <param name="commonNameUse">How its CN counts.</param>
/// <param name="from">The address it connects from, or that we connect to; null: not by IP.</param>
internal sealed class AccessRequest(
    X509Certificate2 leaf,
    JudgedChain? chain,
    CommonNameUse commonNameUse,
    IPAddress? from
)
{
    private const string OrganizationalUnit = "2.5.4.11";

    private BorneNames? _names;
    private string[]? _units;

    public X509Certificate2 Leaf => leaf;

    public CommonNameUse CommonNameUse => commonNameUse;

    public IPAddress? From => from;

    public BorneNames Names => _names ??= new BorneNames(leaf);

    /// <summary>All OUs of the subject.</summary>
    public string[] Units => _units ??= UnitsOf(leaf);

    /// <summary>Why it may have names that are not seen here; null when all are.</summary>
    public string? WhyNamesAreMissing =>
        SubjectAltNames.Of(leaf).Malformed ? "its SANs cannot be read, and access shuts names out"
        : NameText.IsTooLong(leaf.SubjectName) ? "its subject is too long to be read, and access shuts names out"
        : leaf.SubjectName.EnumerateRelativeDistinguishedNames().Any(name => name.HasMultipleElements)
            ? "its subject has an RDN with several values, which is not read, and access shuts names out"
        : null;

    public string Serial => leaf.SerialNumber.TrimStart('0');

    public string Fingerprint => leaf.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>The CAs above it, the nearest first; null when they are not known.</summary>
    public IEnumerable<X509Certificate2>? Authorities => chain?.Certificates.Skip(1);

    private static string[] UnitsOf(X509Certificate2 leaf)
    {
        if (NameText.IsTooLong(leaf.SubjectName))
        {
            return [];
        }

        return
        [
            .. leaf
                .SubjectName.EnumerateRelativeDistinguishedNames()
                .Where(name => !name.HasMultipleElements && name.GetSingleElementType().Value == OrganizationalUnit)
                .Select(name => name.GetSingleElementValue())
                .OfType<string>(),
        ];
    }
}
