using Tunnel.Certs;

namespace Tunnel.Load.Pairs;

/// <summary>
/// The certificates of a run, the same for every pair: ECDSA P-256, as <c>tunnel certs init</c> makes them.
/// </summary>
internal sealed class Certificates
{
    /// <summary>What the server's certificate is good for, and every client verifies.</summary>
    public const string ServerName = "localhost";

    public Certificates(string directory)
    {
        var made = CertsInit.Run(directory, [], CertsInit.DefaultClientName);
        (Ca, ServerCert, ServerKey) = (made.CaCert, made.ServerCert, made.ServerKey);
        (ClientCert, ClientKey) = (made.ClientCert, made.ClientKey);
        ServerBundle = Join(ServerCert, ServerKey, Path.Combine(directory, "server.pem"));
        ClientBundle = Join(ClientCert, ClientKey, Path.Combine(directory, "client.pem"));
    }

    public string Ca { get; }

    public string ServerCert { get; }

    public string ServerKey { get; }

    public string ClientCert { get; }

    public string ClientKey { get; }

    /// <summary>Certificate and key in one file, as HAProxy wants them.</summary>
    public string ServerBundle { get; }

    /// <inheritdoc cref="ServerBundle"/>
    public string ClientBundle { get; }

    private static string Join(string cert, string key, string bundle)
    {
        File.WriteAllText(bundle, File.ReadAllText(cert) + File.ReadAllText(key));
        return bundle;
    }
}
