using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tests.TestKit;

/// <summary>Name constraints for a CA (RFC 5280 section 4.2.1.10), which the runtime does not make.</summary>
public static class TestConstraints
{
    public const int Email = 1;
    public const int Dns = 2;

    public static X509Extension Permitting(string name, int kind = Dns) => Of(tag: 0, name, kind);

    public static X509Extension Excluding(string name, int kind = Dns) => Of(tag: 1, name, kind);

    public static X509Extension Malformed => new("2.5.29.30", [0x30, 2, 0xA0, 5], critical: true);

    private static X509Extension Of(int tag, string name, int kind)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag)))
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(
                UniversalTagNumber.IA5String,
                name,
                new Asn1Tag(TagClass.ContextSpecific, kind)
            );
        }

        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }
}
