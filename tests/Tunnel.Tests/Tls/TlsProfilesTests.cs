using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

[TestFixture]
public sealed class TlsProfilesTests
{
    private static readonly HostPort _anywhere = new("db.example", 8443);

    private TempDirectory _directory = null!;
    private TlsSettings _settings = null!;

    [SetUp]
    public void WriteFiles()
    {
        _directory = new TempDirectory();
        var root = TestCa.CreateRoot();
        var (certFile, keyFile) = root.Issue().WriteFiles(_directory.Path, "own", "secret");
        _settings = new TlsSettings
        {
            CertFile = certFile,
            KeyFile = keyFile,
            KeyPasswordFile = _directory.Write("pw", "secret\n"),
            PeerCaFile = root.WriteFile(_directory.Path),
        };
    }

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public void A_client_expects_the_host_it_connects_to_unless_told_otherwise()
    {
        Assert.That(TlsProfiles.Of(Client(_settings)).ServerName, Is.EqualTo("db.example"));
        Assert.That(TlsProfiles.Of(Client(_settings with { ServerName = "other" })).ServerName, Is.EqualTo("other"));
    }

    [TestCase("db.example.", null)]
    [TestCase("other.", "db.example.")]
    public void A_dot_at_the_end_of_a_name_is_for_the_resolver_alone(string host, string? serverName)
    {
        var client = Client(_settings with { ServerName = serverName }) with { Forward = new HostPort(host, 1) };

        Assert.That(TlsProfiles.Of(client).ServerName, Is.EqualTo("db.example"));
        Assert.That(client.Forward.Only().Host(), Is.EqualTo(host));
    }

    [Test]
    public void The_key_that_names_the_password_is_the_role_s_own()
    {
        var key = _settings.KeyFile! with { Key = "tls.server_key", Place = "s.yaml:9:15" };

        var fault = Assert.Throws<TlsSetupException>(() =>
            TlsProfiles.Of(Server(_settings with { KeyFile = key, KeyPasswordFile = null }))
        );

        Assert.That(
            fault!.Message,
            Is.EqualTo(
                $"s.yaml:9:15: tls.server_key: key file {key.Path} is encrypted and no password is given; "
                    + "set tls.server_key_password_file or tls.server_key_password_env"
            )
        );
    }

    [Test]
    public void A_client_may_present_nothing()
    {
        var bare = _settings with { CertFile = null, KeyFile = null, KeyPasswordFile = null };

        Assert.That(TlsProfiles.Of(Client(bare)).Own, Is.Null);
    }

    [Test]
    public void A_server_presents_its_certificate_and_asks_for_one()
    {
        var profile = TlsProfiles.Of(Server(_settings));

        Assert.That(profile.Own!.Leaf.HasPrivateKey, Is.True);
        Assert.That(profile.Policy.RequiresCertificate, Is.True);
        Assert.That(profile.ServerName, Is.Null);
    }

    [Test]
    public void A_server_without_a_CA_file_asks_for_no_certificate() =>
        Assert.That(TlsProfiles.Of(Server(_settings with { PeerCaFile = null })).Policy.RequiresCertificate, Is.False);

    [TestCase("1.2", SslProtocols.Tls12 | SslProtocols.Tls13)]
    [TestCase("1.3", SslProtocols.Tls13)]
    public void The_minimum_version_selects_the_versions(string minVersion, SslProtocols versions)
    {
        var versioned = _settings with { MinVersion = Version.Parse(minVersion) };

        Assert.That(TlsProfiles.Of(Client(versioned)).Versions, Is.EqualTo(versions));
        Assert.That(TlsProfiles.Of(Server(versioned)).Versions, Is.EqualTo(versions));
    }

    [TestCase(TlsProfileSetting.Modern, TlsRequirement.None, KeyExchange.EllipticCurves)]
    [TestCase(TlsProfileSetting.Modern, TlsRequirement.PostQuantum, KeyExchange.PostQuantum)]
    [TestCase(TlsProfileSetting.Compatible, TlsRequirement.PostQuantum, KeyExchange.PostQuantum)]
    public void What_is_modern_speaks_TLS_1_3_alone(
        TlsProfileSetting profile,
        TlsRequirement require,
        KeyExchange expected
    )
    {
        var made = TlsProfiles.Of(Server(_settings with { Profile = profile, Require = require }));

        Assert.That((made.Versions, made.KeyExchange), Is.EqualTo((SslProtocols.Tls13, expected)));
        Assert.That(TlsProfiles.Of(Server(_settings)).KeyExchange, Is.EqualTo(KeyExchange.OfLibrary));
    }

    [Test]
    public void The_faults_of_all_files_are_told_at_once()
    {
        var broken = _settings with { KeyFile = "/no/key", PeerCaFile = "/no/ca", TicketKeyFile = "/no/tickets" };

        var fault = Assert.Throws<TlsSetupException>(() => TlsProfiles.Of(Server(broken)));

        Assert.That(fault!.Troubles, Has.Count.EqualTo(3));
        Assert.That(fault.Troubles[0].Cause, Is.EqualTo("key file /no/key does not exist"));
        Assert.That(fault.Troubles[1].Cause, Is.EqualTo("CA file /no/ca does not exist"));
        Assert.That(fault.Troubles[2].Cause, Is.EqualTo("ticket key file /no/tickets does not exist"));
    }

    [Test]
    public void A_certificate_without_a_key_is_a_fault() =>
        Assert.That(
            () => TlsProfiles.Of(Server(_settings with { KeyFile = null })),
            Throws.TypeOf<TlsSetupException>().With.Message.Contains("is set without its key file")
        );

    [Test]
    public void A_client_without_anchors_trusts_no_server() =>
        Assert.That(
            () => TlsProfiles.Of(Client(_settings with { PeerCaFile = null })),
            Throws.TypeOf<TlsSetupException>().With.Message.Contains("server_ca_cert")
        );

    private static TunnelSettings Client(TlsSettings tls) =>
        new(TunnelRole.Client, [_anywhere], _anywhere, tls, new(), new());

    private static TunnelSettings Server(TlsSettings tls) =>
        new(TunnelRole.Server, [_anywhere], _anywhere, tls, new(), null);
}
