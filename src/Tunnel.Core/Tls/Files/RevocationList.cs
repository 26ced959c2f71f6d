using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>Which certificates of its issuer a revocation list covers (RFC 5280 section 5.2.5).</summary>
internal enum RevocationScope
{
    All,

    /// <summary>Those that may not issue others.</summary>
    Users,

    Authorities,

    /// <summary>Those that name one distribution point.</summary>
    OneDistributionPoint,

    /// <summary>
    /// Attribute certificates, some reasons only, or lists of several issuers: OpenSSL uses none of these.
    /// </summary>
    Nothing,
}

/// <summary>
/// What a certificate revocation list says about itself (RFC 5280 section 5); its signature is not checked here.
/// </summary>
internal sealed class RevocationList
{
    private const string OidAuthorityKeyIdentifier = "2.5.29.35";
    private const string OidDeltaIndicator = "2.5.29.27";
    private const string OidDistributionPoint = "2.5.29.28";
    private const string OidCertificateIssuer = "2.5.29.29";

    private RevocationList(byte[] der) => Der = der;

    public byte[] Der { get; }

    /// <summary>thisUpdate.</summary>
    public DateTimeOffset From { get; private set; }

    /// <summary>
    /// nextUpdate; null where there is none (RFC 5280 section 5.1.2.5 forbids that): the list never expires.
    /// </summary>
    public DateTimeOffset? To { get; private set; }

    /// <summary>Only the changes since another list.</summary>
    public bool IsDelta { get; private set; }

    public RevocationScope Scope { get; private set; }

    /// <summary>The OID of a critical extension that OpenSSL does not know; null when there is none.</summary>
    public string? UnknownCriticalExtension { get; private set; }

    /// <summary>The issuer's key that signed; null when the list does not say.</summary>
    public ReadOnlyMemory<byte>? KeyIdentifier { get; private set; }

    /// <exception cref="AsnContentException">This is not a revocation list.</exception>
    public static RevocationList Parse(byte[] der)
    {
        var list = new RevocationList(der);
        var reader = new AsnReader(der, AsnEncodingRules.BER);
        var outer = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        list.ReadContent(outer.ReadSequence());
        outer.ReadSequence();
        outer.ReadBitString(out _);
        outer.ThrowIfNotEmpty();
        return list;
    }

    public bool IsInDate(DateTimeOffset now) => From <= now && (To is not { } end || now < end);

    private void ReadContent(AsnReader content)
    {
        if (content.PeekTag() == Asn1Tag.Integer)
        {
            content.ReadInteger();
        }

        content.ReadSequence();
        content.ReadSequence();
        From = ReadTime(content);
        if (content.HasData && IsTime(content.PeekTag()))
        {
            To = ReadTime(content);
        }

        if (content.HasData && content.PeekTag() == Asn1Tag.Sequence)
        {
            ReadEntries(content.ReadSequence());
        }

        if (content.HasData)
        {
            ReadExtensions(content.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence(), OfList);
        }
    }

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData)
        {
            var entry = entries.ReadSequence();
            entry.ReadIntegerBytes();
            ReadTime(entry);
            if (entry.HasData)
            {
                ReadExtensions(entry.ReadSequence(), (oid, _) => oid == OidCertificateIssuer);
            }
        }
    }

    /// <param name="take">
    /// Receives the OID and the content of an extension, and returns whether OpenSSL knows it as a critical one.
    /// </param>
    private void ReadExtensions(AsnReader extensions, Func<string, byte[], bool> take)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var isCritical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            if (!take(oid, extension.ReadOctetString()) && isCritical)
            {
                UnknownCriticalExtension ??= oid;
            }
        }
    }

    private bool OfList(string oid, byte[] content)
    {
        switch (oid)
        {
            case OidAuthorityKeyIdentifier:
                KeyIdentifier = new X509AuthorityKeyIdentifierExtension(content).KeyIdentifier;
                return true;
            case OidDeltaIndicator:
                IsDelta = true;
                return true;
            case OidDistributionPoint:
                Scope = ScopeOf(new AsnReader(content, AsnEncodingRules.BER).ReadSequence());
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// The fields of IssuingDistributionPoint are numbered 0 to 5; those that are false are left out.
    /// </summary>
    private static RevocationScope ScopeOf(AsnReader point)
    {
        var scope = RevocationScope.All;
        while (point.HasData)
        {
            var number = point.PeekTag().TagValue;
            point.ReadEncodedValue();
            scope = number switch
            {
                _ when scope == RevocationScope.Nothing => scope,
                0 => RevocationScope.OneDistributionPoint,
                _ when scope == RevocationScope.OneDistributionPoint && number < 3 => scope,
                1 => RevocationScope.Users,
                2 => RevocationScope.Authorities,
                _ => RevocationScope.Nothing,
            };
        }

        return scope;
    }

    private static bool IsTime(Asn1Tag tag) => tag == Asn1Tag.UtcTime || tag == Asn1Tag.GeneralizedTime;

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime(2049) : reader.ReadGeneralizedTime();
}
