using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>
/// The name constraints of one CA (RFC 5280 section 4.2.1.10). In both backends OpenSSL checks SANs against them; this
/// checks what OpenSSL does not: the CN, and names that it compares octet for octet and we do not.
/// </summary>
internal sealed class NameConstraints
{
    private const string ExtensionOid = "2.5.29.30";
    private const int DnsTag = 2;

    private readonly List<string> _permitted = [];
    private readonly List<string> _excluded = [];
    private readonly List<string> _words = [];
    private bool _malformed;

    private NameConstraints() { }

    /// <summary>Null when the CA has none.</summary>
    public static NameConstraints? Of(X509Certificate2 ca)
    {
        NameConstraints? constraints = null;
        foreach (var extension in ca.Extensions)
        {
            if (extension.Oid?.Value == ExtensionOid)
            {
                constraints ??= new NameConstraints();
                constraints.Read(extension.RawData);
            }
        }

        return constraints;
    }

    /// <summary>How the CN of a leaf counts, below these CAs.</summary>
    public static CommonNameUse UseOf(string? commonName, IEnumerable<X509Certificate2> cas)
    {
        var all = cas.Select(Of).OfType<NameConstraints>().ToList();
        if (all.Count == 0)
        {
            return CommonNameUse.AnyName;
        }

        return commonName is not null && all.TrueForAll(constraints => constraints.Permits(commonName))
            ? CommonNameUse.DnsName
            : CommonNameUse.Nothing;
    }

    /// <summary>
    /// Is this DNS name, in the form that we compare, within the constraints? A name that is not a DNS name is not, as
    /// soon as the constraints mention DNS names.
    /// </summary>
    public bool Permits(string name)
    {
        if (_malformed)
        {
            return false;
        }

        if (_permitted.Count + _excluded.Count == 0)
        {
            return true;
        }

        var host = DnsName.Normalize(name);
        var labels = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return DnsName.IsWellFormed(labels)
            && (_permitted.Count == 0 || _permitted.Exists(tree => IsWithin(host, tree)))
            && !_excluded.Exists(tree => IsWithin(host, tree));
    }

    /// <summary>For people: <c>permitted DNS:a.example; excluded DNS:b.a.example</c>.</summary>
    public override string ToString() => _malformed ? "unreadable" : SafeText.Escape(string.Join(", ", _words));

    // "a.example" stands for itself and all names below it; ".a.example" only for those below; "" for every name.
    private static bool IsWithin(string host, string tree) =>
        tree.Length == 0
        || (
            host.EndsWith(tree, StringComparison.OrdinalIgnoreCase)
            && (host.Length == tree.Length || tree[0] == '.' || host[^(tree.Length + 1)] == '.')
        );

    private void Read(byte[] extension)
    {
        try
        {
            var constraints = new AsnReader(extension, AsnEncodingRules.BER).ReadSequence();
            while (constraints.HasData)
            {
                var kind = constraints.PeekTag();
                var trees = constraints.ReadSequence(kind);
                while (trees.HasData)
                {
                    ReadTree(trees.ReadSequence(), isPermitted: kind.TagValue == 0);
                }
            }
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            // The latter for a tag of ASN.1's own in a place where only numbered ones belong.
            _malformed = true;
        }
    }

    private void ReadTree(AsnReader tree, bool isPermitted)
    {
        var tag = tree.PeekTag();
        var word = isPermitted ? "permitted" : "excluded";
        if (tag.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, DnsTag)))
        {
            var name = DnsName.Normalize(tree.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            (isPermitted ? _permitted : _excluded).Add(name);
            _words.Add($"{word} DNS:{name}");
            return;
        }

        var kind = tag.TagValue switch
        {
            1 => $"email:{tree.ReadCharacterString(UniversalTagNumber.IA5String, tag)}",
            4 => "directory names",
            6 => $"URI:{tree.ReadCharacterString(UniversalTagNumber.IA5String, tag)}",
            7 => $"IP:{Convert.ToHexStringLower(tree.ReadOctetString(tag))}",
            _ => "other kinds of names",
        };
        _words.Add($"{word} {kind}");
    }
}
