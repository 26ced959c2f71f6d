using Tunnel.Certs;

namespace Tunnel.Load.Pairs;

/// <summary>
/// The certificates of a run, the same for every pair: ECDSA P-256, as <c>tunnel certs init</c> makes them.
/// </summary>
internal sealed record Certificates
{
    /// <summary>What the server's certificate is good for, and every client verifies.</summary>
    public const string ServerName = "localhost";

    private readonly string _directory;
    private readonly string _otherClient;

    public Certificates(string directory)
    {
        _directory = Directory.CreateDirectory(directory).FullName;
        using var authority = CertificateAuthority.Create("load");
        Write("ca", authority.Own);
        Write("server", authority.IssueServer(CertsInit.DefaultServerNames));
        Client = Write("client", authority.IssueClient("client"));
        _otherClient = Write("other", authority.IssueClient("other"));
    }

    public string Ca => Of("ca", "crt");

    public string ServerCert => Of("server", "crt");

    public string ServerKey => Of("server", "key");

    public string ClientCert => Of(Client, "crt");

    public string ClientKey => Of(Client, "key");

    /// <summary>Certificate and key in one file, as HAProxy wants them.</summary>
    public string ServerBundle => Of("server", "pem");

    /// <inheritdoc cref="ServerBundle"/>
    public string ClientBundle => Of(Client, "pem");

    /// <summary>With a client of another name.</summary>
    public Certificates Other => this with { Client = _otherClient };

    private string Client { get; init; }

    private string Of(string name, string kind) => Path.Combine(_directory, $"{name}.{kind}");

    private string Write(string name, IssuedCertificate issued)
    {
        Write(Of(name, "crt"), issued.CertificatePem);
        Write(Of(name, "key"), issued.KeyPem);
        Write(Of(name, "pem"), $"{issued.CertificatePem}\n{issued.KeyPem}");
        return name;
    }

    private static void Write(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // The tunnel refuses keys that others can read.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(file, options);
        writer.WriteLine(text);
    }
}
