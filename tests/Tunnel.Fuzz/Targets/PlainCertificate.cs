using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Fuzz.Targets;

/// <summary>Certificates that are in order but for their signature, which nobody looks at who looks at names.</summary>
internal static class PlainCertificate
{
    // Point G of P-256: the public key whose private key is 1.
    private static readonly byte[] _publicKey = Convert.FromHexString(
        "3059301306072A8648CE3D020106082A8648CE3D03010703420004"
            + "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
            + "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"
    );

    private static readonly byte[] _ecdsaWithSha256 = [0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];

    // A leaf may be either side.
    private static readonly byte[] _usage =
    [
        0x30,
        20,
        6,
        8,
        0x2b,
        6,
        1,
        5,
        5,
        7,
        3,
        1,
        6,
        8,
        0x2b,
        6,
        1,
        5,
        5,
        7,
        3,
        2,
    ];

    private static readonly byte[] _isCa = [0x30, 3, 1, 1, 0xff];

    /// <param name="elements">
    /// [0]: the RDNs of the subject; [1]: a SAN extension; [2]: name constraints; [3]: extended key usage.
    /// </param>
    /// <returns>Null when .NET takes no such certificate.</returns>
    public static X509Certificate2? Of(byte[] elements, bool isCa = false)
    {
        byte[] subject = isCa ? Tlv(0x30, []) : Tlv(0x30, Tlv(0x31, Tlv(0x30, [6, 3, 0x55, 4, 3, 0x0c, 1, (byte)'a'])));
        var extensions = new List<byte>(isCa ? Extension(19, _isCa) : []);
        try
        {
            for (var reader = new AsnReader(elements, AsnEncodingRules.BER); reader.HasData; )
            {
                var tag = reader.PeekTag();
                byte[] content = [.. reader.PeekContentBytes().Span];
                reader.ReadEncodedValue();
                switch (tag.TagValue)
                {
                    case 0:
                        subject = Tlv(0x30, content);
                        break;
                    case 1 when !isCa:
                        extensions.AddRange(Extension(17, content));
                        break;
                    case 2 when isCa:
                        extensions.AddRange(Extension(30, content));
                        break;
                    case 3:
                        extensions.AddRange(Extension(37, content));
                        break;
                }
            }

            return X509CertificateLoader.LoadCertificate(Build(subject, [.. extensions, .. Extension(37, _usage)]));
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return null;
        }
    }

    private static byte[] Build(byte[] subject, byte[] extensions)
    {
        byte[] validity = Tlv(0x30, [.. Tlv(0x17, "250101000000Z"u8), .. Tlv(0x17, "491231235959Z"u8)]);
        byte[] content =
        [
            0xa0,
            3,
            2,
            1,
            2,
            2,
            1,
            1,
            .. _ecdsaWithSha256,
            .. subject,
            .. validity,
            .. subject,
            .. _publicKey,
            .. Tlv(0xa3, Tlv(0x30, extensions)),
        ];
        return Tlv(0x30, [.. Tlv(0x30, content), .. _ecdsaWithSha256, 3, 1, 0]);
    }

    /// <param name="number">Below 2.5.29.</param>
    private static byte[] Extension(byte number, byte[] content) =>
        Tlv(0x30, [6, 3, 0x55, 0x1d, number, .. Tlv(4, content)]);

    private static byte[] Tlv(byte tag, ReadOnlySpan<byte> content) =>
        content.Length < 0x80 ? [tag, (byte)content.Length, .. content]
        : content.Length < 0x100 ? [tag, 0x81, (byte)content.Length, .. content]
        : [tag, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content];
}
