using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Doctor;

/// <summary>What is wrong with certificates, seen from a client.</summary>
public sealed class BrokenCertificateTests(BackendPair backends) : BrokenSetupTests(backends)
{
    private readonly TestCa _root = TestCa.CreateRoot();
    private readonly TestCa _other = TestCa.CreateRoot("Another Root");

    [Test]
    public Task A_server_with_another_name() =>
        FindsAsync(
            new Clinic { Root = _root, ServerCertificate = _root.Issue(new TestLeaf { DnsNames = ["db.example"] }) },
            ExitCodes.Tls,
            "server_wrong_name",
            "SANs DNS:db.example",
            "expected was the name localhost",
            "set remote_server.server_name"
        );

    [Test]
    public Task A_server_that_has_expired() =>
        FindsAsync(
            new Clinic { Root = _root, ServerCertificate = _root.Issue(TestLeaf.Expired(TimeSpan.FromDays(2.5))) },
            ExitCodes.Tls,
            "server_expired",
            "(2 days ago)",
            ": they agree",
            "issue a new certificate for the server"
        );

    [Test]
    public Task A_server_that_is_not_valid_yet() =>
        FindsAsync(
            new Clinic { Root = _root, ServerCertificate = _root.Issue(TestLeaf.NotYetValid(TimeSpan.FromDays(3))) },
            ExitCodes.Tls,
            "server_not_yet_valid",
            "is not valid before",
            ": they agree"
        );

    [Test]
    public Task A_server_without_its_intermediate()
    {
        var intermediate = _root.CreateIntermediate();
        return FindsAsync(
            new Clinic
            {
                Root = _root,
                ServerCertificate = intermediate.Issue(new TestLeaf { SendIntermediates = false }),
                ClientCertificate = intermediate.Issue(new TestLeaf { CommonName = "client" }),
            },
            ExitCodes.Tls,
            "server_missing_intermediate",
            "with the intermediate of",
            "append the intermediate's certificate behind the server's own"
        );
    }

    [Test]
    public Task A_client_without_its_intermediate()
    {
        var leaf = new TestLeaf { SendIntermediates = false, AuthorityIssuer = true };
        return FindsAsync(
            new Clinic { Root = _root, ClientCertificate = _root.CreateIntermediate().Issue(leaf) },
            ExitCodes.Verdict,
            Tunnel(TestBackends.Current.Server, "our_issuer_not_trusted", "our_intermediate_missing"),
            "CN=Test Intermediate",
            "append "
        );
    }

    [Test]
    public Task A_server_with_a_certificate_for_clients() =>
        FindsAsync(
            new Clinic
            {
                Root = _root,
                // The server's own doctor, and its start, would say so: this one is a foreign server's.
                ServerCertificate = _root.Issue(new TestLeaf { UsageOids = [TestLeaf.ClientAuth] }),
            },
            ExitCodes.Tls,
            "server_wrong_usage",
            "must not be used by a TLS server",
            "serverAuth"
        );

    [Test]
    public Task A_client_with_a_certificate_for_servers() =>
        FindsAsync(
            new Clinic
            {
                Root = _root,
                ClientCertificate = _root.Issue(new TestLeaf { UsageOids = [TestLeaf.ServerAuth] }),
            },
            ExitCodes.Certificates,
            "wrong_usage",
            "may not be used by a TLS client",
            "clientAuth"
        );

    [Test]
    public Task A_CA_that_only_the_server_trusts() =>
        FindsAsync(
            new Clinic { Root = _root, TrustedByClient = _other },
            ExitCodes.Tls,
            "server_untrusted_issuer",
            "CN=Test Root",
            "trust is there at one end only",
            "servers-ca.crt (remote_server.server_ca_cert here)"
        );

    [Test]
    public Task A_CA_that_only_the_client_trusts() =>
        FindsAsync(
            new Clinic { Root = _root, TrustedByServer = _other },
            ExitCodes.Verdict,
            "our_issuer_not_trusted",
            "issued by CN=Test Root",
            "trust is there at one end only",
            "tls.client_ca_cert at the server"
        );

    [Test]
    public Task A_CA_that_neither_trusts() =>
        FindsAsync(
            new Clinic
            {
                Root = _root,
                TrustedByServer = _other,
                TrustedByClient = _other,
            },
            ExitCodes.Tls,
            "server_untrusted_issuer",
            "there is trust at neither end"
        );

    [Test]
    public Task A_self_signed_server() =>
        FindsAsync(
            new Clinic { Root = _root, ServerCertificate = TestCa.SelfSigned() },
            ExitCodes.Tls,
            "server_self_signed",
            "is self-signed"
        );

    [Test]
    public Task A_client_that_is_not_on_the_list() =>
        FindsAsync(
            new Clinic { Root = _root, ServerTls = ", allowed_client_cns: [somebody]" },
            ExitCodes.Verdict,
            "not_allowed",
            "our certificate is CN=client",
            "tls.allowed_client_cns"
        );

    [Test]
    public async Task A_client_without_a_certificate()
    {
        await using var clinic = new Clinic { Root = _root };
        await clinic.StartServerAsync();
        clinic.PresentNothing();
        await FindsAsync(
            clinic.ClientFile,
            ExitCodes.Verdict,
            "no_certificate",
            "we present no certificate",
            "set tls.client_cert"
        );
    }

    [Test]
    public async Task A_key_of_another_certificate()
    {
        await using var clinic = new Clinic { Root = _root };
        clinic.Write();
        File.Copy(clinic.Files.File("server.key"), clinic.Files.File("client.key"), overwrite: true);
        await FindsAsync(
            clinic.ClientFile,
            ExitCodes.Certificates,
            "unusable_file",
            "does not match the first certificate of",
            "FAILED  certificates"
        );
    }

    [Test]
    public Task A_client_that_has_expired() =>
        FindsAsync(
            new Clinic { Root = _root, ClientCertificate = _root.Issue(TestLeaf.Expired(TimeSpan.FromDays(2.5))) },
            ExitCodes.Certificates,
            "expired",
            "(2 days ago)",
            ": they agree",
            "issue a new certificate (tls.client_cert"
        );

    private static string Tunnel(TlsBackendSetting backend, string openSsl, string sslStream) =>
        backend == TlsBackendSetting.OpenSsl ? openSsl : sslStream;
}
