using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>The kinds of SAN that are compared; others are not read.</summary>
public enum SanKind
{
    DNS,
    IP,
    Email,
    URI,
}

/// <summary>One SAN as in the certificate: not escaped, and not checked to be well-formed.</summary>
public sealed record SubjectAltName(SanKind Kind, string Value)
{
    /// <summary>The form of <c>openssl x509 -text</c>, such as <c>DNS:a.example</c>, safe for a log.</summary>
    public override string ToString() => $"{(Kind == SanKind.Email ? "email" : Kind)}:{SafeText.Escape(Value)}";
}

/// <summary>The subject alternative names of a certificate (RFC 5280 section 4.2.1.6).</summary>
public sealed class SubjectAltNames
{
    private const string ExtensionOid = "2.5.29.17";
    private const int MaxListed = 16;

    private SubjectAltNames(IReadOnlyList<SubjectAltName> entries, bool malformed)
    {
        Entries = entries;
        Malformed = malformed;
    }

    /// <summary>In the certificate's order; empty when there are none or they cannot be read.</summary>
    public IReadOnlyList<SubjectAltName> Entries { get; }

    /// <summary>The SANs cannot be parsed; none of them counts.</summary>
    public bool Malformed { get; }

    /// <summary>Reads them; never throws, however hostile the certificate is.</summary>
    public static SubjectAltNames Of(X509Certificate2 certificate)
    {
        try
        {
            var extensions = certificate.Extensions.Where(e => e.Oid?.Value == ExtensionOid).ToList();
            return extensions.Count switch
            {
                0 => new([], malformed: false),
                1 => new(Parse(extensions[0].RawData), malformed: false),
                // RFC 5280 section 4.2 forbids a second one; a verifier might read either.
                _ => new([], malformed: true),
            };
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException or CryptographicException)
        {
            return new([], malformed: true);
        }
    }

    /// <summary>All of them on one line, safe for a log; a long list is cut.</summary>
    public override string ToString() =>
        (Malformed, Entries.Count) switch
        {
            (true, _) => "unreadable SANs",
            (_, 0) => "no SANs",
            (_, <= MaxListed) => string.Join(", ", Entries),
            _ => $"{string.Join(", ", Entries.Take(MaxListed))} and {Entries.Count - MaxListed} more",
        };

    private static List<SubjectAltName> Parse(byte[] extension)
    {
        var reader = new AsnReader(extension, AsnEncodingRules.DER);
        var names = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        var entries = new List<SubjectAltName>();
        while (names.HasData)
        {
            var tag = names.PeekTag();
            switch (tag.TagClass, tag.TagValue)
            {
                case (TagClass.ContextSpecific, 1):
                    entries.Add(new(SanKind.Email, names.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
                    break;
                case (TagClass.ContextSpecific, 2):
                    entries.Add(new(SanKind.DNS, names.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
                    break;
                case (TagClass.ContextSpecific, 6):
                    entries.Add(new(SanKind.URI, names.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
                    break;
                case (TagClass.ContextSpecific, 7):
                    // The constructor accepts 4 or 16 octets and throws ArgumentException for any other number.
                    entries.Add(new(SanKind.IP, new IPAddress(names.ReadOctetString(tag)).ToString()));
                    break;
                default:
                    names.ReadEncodedValue();
                    break;
            }
        }

        return entries;
    }
}
