using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Doctor;

/// <summary>Who is revoked, where the backend that has the list knows of lists.</summary>
public sealed class RevocationTests(BackendPair backends) : BrokenSetupTests(backends)
{
    private readonly TestCa _root = TestCa.CreateRoot();
    private readonly BackendPair _backends = backends;

    [Test]
    public async Task A_server_that_is_revoked()
    {
        await using var clinic = new Clinic { Root = _root };
        await clinic.StartServerAsync();
        if (_backends.Client != TlsBackendSetting.OpenSsl)
        {
            await RefusesListAsync(clinic, clinic.Files.File("server.crt"), isClient: true);
            return;
        }

        clinic.AddClientTls($"crl: {Crl(clinic, "server.crt")}");
        await FindsAsync(clinic.ClientFile, ExitCodes.Tls, "server_revoked", "is revoked", "new certificate");
    }

    [Test]
    public async Task A_client_that_is_revoked()
    {
        await using var clinic = new Clinic { Root = _root };
        clinic.Write();
        if (_backends.Server != TlsBackendSetting.OpenSsl)
        {
            await RefusesListAsync(clinic, clinic.Files.File("client.crt"), isClient: false);
            return;
        }

        clinic.AddServerTls($"crl: {Crl(clinic, "client.crt")}");
        await clinic.StartServerAsync(isWritten: true);
        await FindsAsync(
            clinic.ClientFile,
            ExitCodes.Verdict,
            "our_certificate_revoked",
            "our certificate is CN=client",
            "issue a new client certificate"
        );
    }

    [Test]
    public async Task A_list_that_is_out_of_date()
    {
        await using var clinic = new Clinic { Root = _root };
        clinic.Write();
        if (_backends.Server != TlsBackendSetting.OpenSsl)
        {
            await RefusesListAsync(clinic, clinic.Files.File("client.crt"), isClient: false);
            return;
        }

        var old = _root.Crl([], DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(-2));
        clinic.AddServerTls($"crl: {clinic.Files.Write("list.crl", old)}");
        await FindsAsync(clinic.ServerFile, ExitCodes.Certificates, "unusable_file", "list.crl");
        await clinic.StartServerAsync(isWritten: true);
        await FindsAsync(
            clinic.ClientFile,
            ExitCodes.Verdict,
            "server_failed",
            "its log",
            "tunnel doctor at the server"
        );
    }

    private string Crl(Clinic clinic, string revoked)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(clinic.Files.File(revoked));
        return clinic.Files.Write("list.crl", _root.Crl([certificate]));
    }

    /// <summary>The other backend says that it has no lists, instead of leaving the list out.</summary>
    private static async Task RefusesListAsync(Clinic clinic, string anyFile, bool isClient)
    {
        if (isClient)
        {
            clinic.AddClientTls($"crl: {anyFile}");
        }
        else
        {
            clinic.AddServerTls($"crl: {anyFile}");
        }

        await FindsAsync(
            isClient ? clinic.ClientFile : clinic.ServerFile,
            ExitCodes.Certificates,
            "unusable_file",
            "certificates"
        );
    }
}
