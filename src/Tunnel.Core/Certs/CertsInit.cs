using System.Globalization;

namespace Tunnel.Certs;

/// <summary>The work of <c>tunnel certs init</c>: a CA, one server and one client certificate in a directory.</summary>
public static class CertsInit
{
    /// <summary>The names of a server when none are given: this machine, seen from itself.</summary>
    public static readonly IReadOnlyList<string> DefaultServerNames = ["localhost", "127.0.0.1", "::1"];

    public const string DefaultClientName = "tunnel-client";

    /// <summary>Makes six new files; a missing directory is created for its owner only.</summary>
    /// <param name="serverNames">
    /// DNS names and IP addresses of the server; empty: <see cref="DefaultServerNames"/>.
    /// </param>
    /// <exception cref="CertsInitException">
    /// A file exists already, a name cannot be used, or the directory cannot be written. Then nothing is left behind.
    /// </exception>
    public static CertsInitResult Run(string directory, IReadOnlyList<string> serverNames, string clientName)
    {
        var names = serverNames.Count > 0 ? serverNames : DefaultServerNames;
        using var ca = CertificateAuthority.Create(
            // The date distinguishes generations of CAs; two with the same name but different keys are hard to
            // diagnose.
            string.Create(CultureInfo.InvariantCulture, $"tunnel CA {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss}")
        );
        var result = new CertsInitResult(directory, names, clientName);
        NewFiles.Write(
            directory,
            [
                .. Pair(result.CaCert, result.CaKey, ca.Own),
                .. Pair(result.ServerCert, result.ServerKey, ca.IssueServer(names)),
                .. Pair(result.ClientCert, result.ClientKey, ca.IssueClient(clientName)),
            ]
        );
        return result;
    }

    private static IEnumerable<NewFile> Pair(string certFile, string keyFile, IssuedCertificate issued) =>
        [
            new(certFile, issued.CertificatePem + "\n", IsSecret: false),
            new(keyFile, issued.KeyPem + "\n", IsSecret: true),
        ];
}
