using System.Buffers.Text;
using System.Formats.Asn1;
using System.Text;

namespace Tunnel.Tls;

/// <summary>Says what a file without a PEM block is, and how to convert it.</summary>
internal static class NotPem
{
    // PKCS#7 (RFC 2315 section 14); PKCS#12 begins with its version, 3 (RFC 7292 section 4).
    private const string PkcsSigned = "1.2.840.113549.1.7.2";

    /// <summary>A cause that follows the file's name.</summary>
    public static Trouble Explain(InputFile file, byte[] bytes)
    {
        var path = file.Path;
        return bytes switch
        {
            [] => Trouble.Of("is empty", "copy it again from where it was made"),
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => Utf16(path, "UTF-16"),
            _ when bytes.AsSpan().IndexOf("-\0-\0-\0B\0"u8) is var at and >= 0 => Utf16(
                path,
                at % 2 == 0 ? "UTF-16LE" : "UTF-16BE"
            ),
            [0xFE, 0xED, 0xFE, 0xED, ..] => Trouble.Of(
                "is not PEM but a Java keystore",
                "convert it with keytool -importkeystore -deststoretype PKCS12, and that with openssl pkcs12"
            ),
            // Every DER file that people have is a SEQUENCE.
            [0x30, ..] => Der(path, bytes) ?? Text(bytes),
            _ => Text(bytes),
        };
    }

    private static Trouble Utf16(string path, string encoding) =>
        Trouble.Of(
            "is UTF-16 text, not PEM, which is ASCII",
            $"convert it with: iconv -f {encoding} -t UTF-8 {path} > {path}.pem"
        );

    private static Trouble Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf("BEGIN "u8) >= 0)
        {
            return Trouble.Of(
                "is not PEM: its BEGIN line does not have five plain hyphens on each side",
                "word processors change them, so copy it again with a text editor"
            );
        }

        var text = bytes.Trim("\r\n\t "u8).ToArray();
        return Base64.IsValid(text)
            ? Trouble.Of("is base64 without PEM lines", "put the lines -----BEGIN … and -----END … around it")
            : Trouble.Of("is not PEM: it does not have a -----BEGIN … line", "name the right file, in PEM");
    }

    private static Trouble? Der(string path, byte[] der)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            var first = outer.PeekTag();
            if (first == Asn1Tag.ObjectIdentifier)
            {
                return outer.ReadObjectIdentifier() == PkcsSigned
                    ? Trouble.Of(
                        "is not PEM but PKCS#7 in DER",
                        $"convert it with: openssl pkcs7 -inform DER -print_certs -in {path} -out {path}.pem"
                    )
                    : Trouble.Of("is not PEM", "name the right file, in PEM");
            }

            if (first == Asn1Tag.Sequence)
            {
                return Signed(path, outer);
            }

            return first == Asn1Tag.Integer && outer.ReadInteger() == 3
                ? Trouble.Of(
                    "is not PEM but PKCS#12",
                    $"take the certificates out of it with: openssl pkcs12 -nokeys -in {path} -out {path}.pem, "
                        + $"and the key with: openssl pkcs12 -nocerts -in {path} -out {path}.key"
                )
                : InDer("pkey", path);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>
    /// A certificate, a CRL, a request or an encrypted key: only the first is used here; inside it has a tagged version
    /// (RFC 5280 section 4.1). A CRL has no version or an untagged one, and then an algorithm.
    /// </summary>
    private static Trouble Signed(string path, AsnReader outer)
    {
        var inner = outer.ReadSequence();
        var isCertificate = inner.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0));
        var command =
            isCertificate ? "x509"
            : inner.PeekTag() == Asn1Tag.ObjectIdentifier ? "pkey"
            : "crl";
        return InDer(command, path);
    }

    private static Trouble InDer(string command, string path) =>
        Trouble.Of("is not PEM but DER", $"convert it with: openssl {command} -inform DER -in {path} -out {path}.pem");
}
