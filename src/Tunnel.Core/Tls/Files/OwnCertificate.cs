using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>The certificate we present: the leaf with its private key, and the intermediates sent with it.</summary>
public sealed class OwnCertificate
{
    public required X509Certificate2 Leaf { get; init; }

    public required X509Certificate2Collection Intermediates { get; init; }

    /// <summary>The file of <see cref="Leaf"/> and <see cref="Intermediates"/>, as configured.</summary>
    public required string CertFile { get; init; }

    /// <summary>Reads our certificate (the first in its file), the intermediates after it, and its key.</summary>
    /// <param name="certFile">PEM, leaf first.</param>
    /// <param name="keyFile">PEM: PKCS#8, PKCS#1, SEC 1 or encrypted PKCS#8. May be the same file.</param>
    /// <exception cref="TlsSetupException">Either file cannot be used, or they do not belong together.</exception>
    public static OwnCertificate Load(FileSetting certFile, FileSetting keyFile, KeyPassword? password)
    {
        var certInput = new InputFile("certificate file", certFile);
        var keyInput = new InputFile("key file", keyFile);
        var certificates = PemFile.ReadCertificates(certInput);
        if (PrivateKeyFile.WhyUnusable(certificates[0]) is { } why)
        {
            throw certInput.FaultInside(why);
        }

        RejectWeak(certInput, certificates);
        using var key = PrivateKeyFile.Read(keyInput, password);
        return new OwnCertificate
        {
            Leaf =
                PrivateKeyFile.TryAttach(certificates[0], key)
                ?? throw keyInput.Fault(Mismatch(certFile.Path, certificates, key)),
            Intermediates = [.. certificates.Skip(1)],
            CertFile = certFile.Path,
        };
    }

    private static Trouble Mismatch(
        string certFile,
        IReadOnlyList<X509Certificate2> certificates,
        AsymmetricAlgorithm key
    )
    {
        var fault = $"does not match the first certificate of {certFile}, {NameOf(certificates[0])}";
        var owner = certificates.Skip(1).FirstOrDefault(c => PrivateKeyFile.TryAttach(c, key) is not null);
        return owner is null
            ? Trouble.Of(fault, "both must come from the same request")
            : Trouble.Of(fault, $"it belongs to {NameOf(owner)} further down, which must come first");
    }

    /// <summary>No peer would accept them: neither our rule nor, usually, OpenSSL's allows them.</summary>
    private static void RejectWeak(InputFile file, IReadOnlyList<X509Certificate2> certificates)
    {
        var faults = (
            from certificate in certificates
            // A root in the file is not trusted because of its own signature.
            let isRoot = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
            let fault = CertificateStrength.FaultOf(certificate, signatureCounts: !isRoot)
            where fault is not null
            select file.FaultInside(Trouble.Of($"{NameOf(certificate)} {fault}", CertificateStrength.Remedy))
        ).ToList();
        if (faults.Count > 0)
        {
            throw new TlsSetupException([.. faults.SelectMany(fault => fault.Troubles)]);
        }
    }

    private static string NameOf(X509Certificate2 certificate) => NameText.Subject(certificate);
}
