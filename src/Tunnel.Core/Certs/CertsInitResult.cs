namespace Tunnel.Certs;

/// <summary>What <see cref="CertsInit"/> made: six files, and the names in the certificates.</summary>
public sealed record CertsInitResult(string Directory, IReadOnlyList<string> ServerNames, string ClientName)
{
    public string CaCert => Path.Combine(Directory, "ca.crt");

    /// <summary>Needed only to issue more certificates: keep it away from both ends of the tunnel.</summary>
    public string CaKey => Path.Combine(Directory, "ca.key");

    public string ServerCert => Path.Combine(Directory, "server.crt");

    public string ServerKey => Path.Combine(Directory, "server.key");

    public string ClientCert => Path.Combine(Directory, "client.crt");

    public string ClientKey => Path.Combine(Directory, "client.key");
}
