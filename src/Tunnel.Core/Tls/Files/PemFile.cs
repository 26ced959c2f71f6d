using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>
/// The blocks of a PEM file, and plain words for a file that cannot be used. Disposing of it wipes them.
/// </summary>
internal sealed class PemFile : IDisposable
{
    private PemFile(InputFile file, IReadOnlyList<PemBlock> blocks)
    {
        File = file;
        Blocks = blocks;
    }

    public InputFile File { get; }

    /// <summary>In the order of the file, at least one.</summary>
    public IReadOnlyList<PemBlock> Blocks { get; }

    /// <exception cref="TlsSetupException">The file cannot be read or is not PEM.</exception>
    public static PemFile Read(InputFile file)
    {
        var bytes = file.Read();
        try
        {
            var blocks = PemScanner.Scan(bytes);
            return blocks.Count > 0 ? new PemFile(file, blocks) : throw file.Fault(NotPem.Explain(file, bytes));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>All certificates of a file, in order, at least one.</summary>
    /// <exception cref="TlsSetupException">The file cannot be read, is damaged or holds none.</exception>
    public static IReadOnlyList<X509Certificate2> ReadCertificates(InputFile file)
    {
        using var pem = Read(file);
        var certificates = new List<X509Certificate2>();
        foreach (var block in pem.Blocks.Where(block => IsCertificate(block.Label)))
        {
            certificates.Add(pem.ToCertificate(block, certificates.Count + 1));
        }

        return certificates.Count > 0
            ? certificates
            : throw file.Fault(pem.Lacks("certificate", "name the file with the certificate here"));
    }

    /// <summary>The content of a block that is needed.</summary>
    /// <exception cref="TlsSetupException">It cannot be decoded.</exception>
    public byte[] ContentOf(PemBlock block) =>
        block.Fault is null
            ? block.Content
            : throw File.FaultInside(
                Trouble.Of($"{block} {block.Fault}", "copy the file again from where it was made")
            );

    /// <summary>That it has none of the blocks that are needed.</summary>
    /// <param name="wanted">What it should hold.</param>
    /// <param name="otherwise">What to do where its blocks are not of those that people confuse with others.</param>
    public Trouble Lacks(string wanted, string otherwise)
    {
        var labels = string.Join(", ", Blocks.Select(block => PemBlock.Shown(block.Label)).Distinct());
        return Trouble.Of(
            $"holds no {wanted}, only {labels}",
            Blocks.Select(Hint).OfType<string>().FirstOrDefault(otherwise)
        );
    }

    private string? Hint(PemBlock block) =>
        block.Label switch
        {
            "PKCS7" or "PKCS #7 SIGNED DATA" or "CMS" =>
                $"take the certificates out of it with: openssl pkcs7 -print_certs -in {File.Path} -out "
                    + $"{File.Path}.pem",
            "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST" => "a request becomes a certificate when a CA signs it",
            "OPENSSH PRIVATE KEY" =>
                $"it is an SSH key; convert it to PKCS#8 with: ssh-keygen -p -m PKCS8 -f {File.Path}",
            _ => null,
        };

    public void Dispose()
    {
        foreach (var block in Blocks)
        {
            CryptographicOperations.ZeroMemory(block.Content);
        }
    }

    private static bool IsCertificate(string label) =>
        label is "CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE";

    private X509Certificate2 ToCertificate(PemBlock block, int number)
    {
        var der = ContentOf(block);
        try
        {
            var certificate = X509CertificateLoader.LoadCertificate(
                block.Label == "TRUSTED CERTIFICATE" ? WithoutTrust(block, der) : der
            );
            DecodeAll(certificate);
            return certificate;
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            throw File.FaultInside(
                Trouble.Of(
                    $"certificate no. {number} (line {block.Line}) is damaged",
                    "copy the file again from where it was made"
                )
            );
        }
    }

    /// <summary>
    /// .NET decodes most parts when they are asked for; where nobody expects a certificate to be damaged any more.
    /// </summary>
    private static void DecodeAll(X509Certificate2 certificate)
    {
        _ = (certificate.NotBefore, certificate.NotAfter, certificate.Subject, certificate.Issuer);
        foreach (var extension in certificate.Extensions)
        {
            _ = extension switch
            {
                X509EnhancedKeyUsageExtension usage => usage.EnhancedKeyUsages.Count,
                X509KeyUsageExtension usage => (int)usage.KeyUsages,
                X509BasicConstraintsExtension constraints => constraints.PathLengthConstraint,
                _ => 0,
            };
        }
    }

    /// <summary>
    /// OpenSSL's own format: a certificate followed by what it may be trusted for (X509_CERT_AUX: two optional lists of
    /// usages, an alias, and more). We must not silently ignore a limit.
    /// </summary>
    private byte[] WithoutTrust(PemBlock block, byte[] der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.BER);
        var certificate = reader.ReadEncodedValue().ToArray();
        if (reader.HasData && reader.ReadSequence() is { HasData: true } trust)
        {
            var first = trust.PeekTag();
            if (first == Asn1Tag.Sequence || first.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                throw File.FaultInside(
                    Trouble.Of(
                        $"{block} limits what the certificate is trusted for, and only the openssl command respects "
                            + "that",
                        $"remove the limit with: openssl x509 -in {File.Path} -out {File.Path}.pem"
                    )
                );
            }
        }

        return certificate;
    }
}
