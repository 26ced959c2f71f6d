using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Certs;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Certs;

[TestFixture]
public sealed class CertsInitTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private TempDirectory _directory = null!;

    [SetUp]
    public void CreateDirectory() => _directory = new TempDirectory();

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public void Openssl_accepts_both_certificates_for_their_purpose_and_for_no_other()
    {
        var made = Init();

        Assert.That(
            Verify(made.ServerCert, "sslserver").ExitCode,
            Is.Zero,
            Verify(made.ServerCert, "sslserver").Output
        );
        Assert.That(
            Verify(made.ClientCert, "sslclient").ExitCode,
            Is.Zero,
            Verify(made.ClientCert, "sslclient").Output
        );
        Assert.That(Verify(made.ServerCert, "sslclient").ExitCode, Is.Not.Zero);
        Assert.That(Verify(made.ClientCert, "sslserver").ExitCode, Is.Not.Zero);

        (int ExitCode, string Output) Verify(string file, string purpose) =>
            OpenSslCommand.Run("verify", "-x509_strict", "-CAfile", made.CaCert, "-purpose", purpose, file);
    }

    [Test]
    public void The_server_bears_the_default_names()
    {
        var made = Init();
        var server = X509CertificateLoader.LoadCertificateFromFile(made.ServerCert);

        Assert.That(SubjectAltNames.Of(server).ToString(), Is.EqualTo("DNS:localhost, IP:127.0.0.1, IP:::1"));
        Assert.That(made.ServerNames, Is.EqualTo(CertsInit.DefaultServerNames));
    }

    [Test]
    public void The_server_bears_the_names_it_is_given()
    {
        string[] names = ["db.example", "*.db.example", "bücher.example", "10.0.0.1", "[2001:db8::1]"];

        var server = X509CertificateLoader.LoadCertificateFromFile(Init(names).ServerCert);

        Assert.That(
            SubjectAltNames.Of(server).ToString(),
            Is.EqualTo("DNS:db.example, DNS:*.db.example, DNS:xn--bcher-kva.example, IP:10.0.0.1, IP:2001:db8::1")
        );
    }

    [TestCase("app.example", "DNS:app.example")]
    [TestCase("An app", "no SANs")]
    public void The_client_bears_its_name(string name, string sans)
    {
        var client = X509CertificateLoader.LoadCertificateFromFile(InitFor(name).ClientCert);

        Assert.That(PeerIdentity.From(client).Name, Is.EqualTo(name));
        Assert.That(SubjectAltNames.Of(client).ToString(), Is.EqualTo(sans));
    }

    [Test]
    public void Certificates_are_good_at_once_and_for_as_long_as_they_say()
    {
        var made = Init();
        var ca = X509CertificateLoader.LoadCertificateFromFile(made.CaCert);
        var server = X509CertificateLoader.LoadCertificateFromFile(made.ServerCert);

        Assert.That(server.NotBefore, Is.LessThan(DateTime.Now.AddMinutes(-4)));
        Assert.That((server.NotAfter - DateTime.Now).TotalDays, Is.EqualTo(825).Within(0.1));
        Assert.That((ca.NotAfter - DateTime.Now).TotalDays, Is.EqualTo(3652.5).Within(1.5));
    }

    [Test]
    public void Every_pair_can_be_loaded_and_each_policy_accepts_the_other_side()
    {
        var made = Init();
        var anchors = CaFile.Load(made.CaCert);
        var server = OwnCertificate.Load(made.ServerCert, made.ServerKey, null).Leaf;
        var client = OwnCertificate.Load(made.ClientCert, made.ClientKey, null).Leaf;
        Assert.That(OwnCertificate.Load(made.CaCert, made.CaKey, null).Leaf.HasPrivateKey, Is.True);

        Assert.That(Judge(PeerPolicy.ForServers(anchors, "localhost"), server), Is.Null);
        Assert.That(Judge(PeerPolicy.ForServers(anchors, "::1"), server), Is.Null);
        Assert.That(Judge(PeerPolicy.ForClients(anchors, ["tunnel-client"]), client), Is.Null);
        Assert.That(Judge(PeerPolicy.ForClients(anchors, []), server)?.Code, Is.EqualTo(RefusalCode.WrongUsage));
    }

    [Test]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Keys_and_a_new_directory_are_for_their_owner_only()
    {
        var made = Init();

        foreach (var key in new[] { made.CaKey, made.ServerKey, made.ClientKey })
        {
            Assert.That(File.GetUnixFileMode(key), Is.EqualTo(OwnerOnly), key);
        }

        Assert.That(File.GetUnixFileMode(made.Directory), Is.EqualTo(OwnerOnly | UnixFileMode.UserExecute));
        Assert.That(Directory.GetFiles(made.Directory), Has.Length.EqualTo(6));
    }

    [Test]
    public void Nothing_is_overwritten_and_nothing_written_beside_it()
    {
        Directory.CreateDirectory(_directory.File("certs"));
        var existing = _directory.Write("certs/client.key", "mine");
        var other = _directory.Write("certs/ca.crt", "mine");

        var fault = Assert.Throws<CertsInitException>(() => Init())!;

        Assert.That(fault.Message, Does.Contain($"these exist already: {other}, {existing};"));
        Assert.That(Directory.GetFiles(_directory.File("certs")), Is.EquivalentTo(new[] { existing, other }));
        Assert.That(File.ReadAllText(existing), Is.EqualTo("mine"));
    }

    [Test]
    public void A_failure_half_way_leaves_no_half_set()
    {
        var target = _directory.File("certs");
        var inTheWay = $"{Path.Combine(target, "client.key")}.{Environment.ProcessId}.tmp";
        Directory.CreateDirectory(inTheWay);

        Assert.That(() => Init(), Throws.TypeOf<CertsInitException>());

        Assert.That(Directory.GetFiles(target), Is.Empty);
    }

    [TestCase("no name at all")]
    [TestCase("*.*.example")]
    [TestCase("")]
    [TestCase("a..b")]
    public void A_server_name_that_is_none_is_refused(string name)
    {
        Assert.That(() => Init([name]), Throws.TypeOf<CertsInitException>().With.Message.Contains($"'{name}'"));
        Assert.That(Directory.Exists(_directory.File("certs")), Is.False);
    }

    [TestCase("")]
    [TestCase("a\nb")]
    [TestCase("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public void A_client_name_that_fits_no_CN_is_refused(string name) =>
        Assert.That(() => InitFor(name), Throws.TypeOf<CertsInitException>());

    private CertsInitResult Init(params string[] serverNames) => InitFor(CertsInit.DefaultClientName, serverNames);

    private CertsInitResult InitFor(string clientName, params string[] serverNames) =>
        CertsInit.Run(_directory.File("certs"), serverNames, clientName);

    private static Refusal? Judge(PeerPolicy policy, X509Certificate2 leaf)
    {
        using var chain = new X509Chain { ChainPolicy = policy.CreateChainPolicy() };
        chain.Build(leaf);
        return policy.Judge(leaf, chain);
    }
}
