using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tests.TestKit;

/// <summary>A leaf with its key, and the intermediates its owner sends along.</summary>
/// <param name="Certificate">With its private key attached.</param>
public sealed record TestCertificate(X509Certificate2 Certificate, TestKey Key, IReadOnlyList<X509Certificate2> Sent)
{
    private const int Iterations = 2_000;

    /// <summary>
    /// Writes <c>name.crt</c>, leaf first and then what is sent along, and <c>name.key</c> as PKCS#8.
    /// </summary>
    /// <param name="password">Encrypts the key; null leaves it plain.</param>
    public (string CertFile, string KeyFile) WriteFiles(string directory, string name, string? password = null)
    {
        var certFile = Path.Combine(directory, $"{name}.crt");
        var keyFile = Path.Combine(directory, $"{name}.key");
        File.WriteAllLines(certFile, Sent.Prepend(Certificate).Select(c => c.ExportCertificatePem()));
        File.WriteAllText(keyFile, KeyPem(password) + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return (certFile, keyFile);
    }

    private string KeyPem(string? password) =>
        password is null
            ? Key.Algorithm.ExportPkcs8PrivateKeyPem()
            : Key.Algorithm.ExportEncryptedPkcs8PrivateKeyPem(
                password,
                new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations)
            );
}
