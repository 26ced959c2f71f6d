using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NLog;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// Who is let in, and what the log says about who is not: everything at the side that refused, in plain words, as a
/// warning; at the other side that it was refused; and the target never hears of it.
/// </summary>
public sealed class CertificateTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [TestCaseSource(typeof(CertificateCases), nameof(CertificateCases.Good))]
    public async Task A_good_client_is_served(CertificateCases.Maker make)
    {
        var root = TestCa.CreateRoot();
        await AssertServesAsync(new PairOptions { Root = root, ClientCertificate = make(root) }, "good");
    }

    [TestCaseSource(typeof(CertificateCases), nameof(CertificateCases.Good))]
    public async Task A_good_server_is_trusted(CertificateCases.Maker make)
    {
        var root = TestCa.CreateRoot();
        await AssertServesAsync(new PairOptions { Root = root, ServerCertificate = make(root) }, "client");
    }

    [TestCase(TestAlgorithm.EcdsaP256)]
    [TestCase(TestAlgorithm.Rsa2048)]
    [TestCase(TestAlgorithm.Rsa2048Pss)]
    public async Task A_CA_may_sign_with(TestAlgorithm algorithm)
    {
        await AssertServesAsync(new PairOptions { Root = TestCa.CreateRoot(algorithm: algorithm) }, "client");
    }

    [TestCaseSource(typeof(CertificateCases), nameof(CertificateCases.BadForClients))]
    public async Task A_bad_client_is_refused(CertificateCases.Maker make, string words)
    {
        var root = TestCa.CreateRoot();
        var bad = make(root);
        await using var pair = await Pair.StartAsync(new PairOptions { Root = root, ClientCertificate = bad });
        var visit = pair.VisitAsync(_words);

        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("refused", "tunnel")), session.ToString());
        var line = await RefusalAsync(pair);
        AssertTellsAll(line, bad.Certificate, words);
        Assert.That(line.FormattedMessage, Does.Contain(session.Peer));
        AssertOnlyClaimed(session, bad.Certificate);

        var other = await pair.ClientClosedAsync();
        Assert.That((other.Reason, other.ClosedBy), Is.EqualTo(("refused_by_peer", "server")), other.ToString());
        Assert.That(other.Level, Is.EqualTo(LogLevel.Info));
        Assert.That(await visit, Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [TestCaseSource(typeof(CertificateCases), nameof(CertificateCases.BadForServers))]
    public async Task A_bad_server_is_refused(CertificateCases.Maker make, string words)
    {
        var root = TestCa.CreateRoot();
        var bad = make(root);
        await using var pair = await Pair.StartAsync(new PairOptions { Root = root, ServerCertificate = bad });
        var visit = pair.VisitAsync(_words);

        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("refused", "tunnel")), session.ToString());
        var line = await RefusalAsync(pair);
        AssertTellsAll(line, bad.Certificate, words);
        Assert.That(line.FormattedMessage, Does.Contain(pair.ClientSettings.Forward.ToString()));
        AssertOnlyClaimed(session, bad.Certificate);

        Assert.That(await visit, Is.EqualTo(SocketError.ConnectionReset));
        Assert.That((await pair.ServerClosedAsync()).Sent, Is.Zero, "not a byte went to a server nobody trusts");
    }

    [TestCase("client")]
    [TestCase("localhost")]
    [TestCase("nobody,client")]
    [TestCase("*.example", "db.example")]
    public async Task A_client_with_an_allowed_name_is_served(string allowed, string san = "localhost")
    {
        await AssertServesAsync(Allowing(allowed, san), "client");
    }

    [TestCase("other")]
    [TestCase("clien")]
    [TestCase("*")]
    [TestCase("*.example", "a.db.example")]
    [TestCase("*.example", "example")]
    public async Task A_client_without_an_allowed_name_is_refused(string allowed, string san = "localhost")
    {
        await using var pair = await Pair.StartAsync(Allowing(allowed, san));
        var visit = pair.VisitAsync(_words);

        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("refused"));
        Assert.That((await RefusalAsync(pair)).FormattedMessage, Does.Contain("matches none of allowed_client_cns"));
        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("refused_by_peer"));
        Assert.That(await visit, Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task A_client_without_a_certificate_is_refused()
    {
        await using var pair = await Pair.StartAsync(new PairOptions { Client = WithoutCertificate });
        var visit = pair.VisitAsync(_words);

        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("refused"));
        Assert.That((await RefusalAsync(pair)).FormattedMessage, Does.Contain("the client sent no certificate"));
        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("refused_by_peer"));
        Assert.That(await visit, Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task Where_no_client_CA_is_set_a_client_without_a_certificate_is_served()
    {
        await AssertServesAsync(
            new PairOptions
            {
                Server = settings => settings with { Tls = settings.Tls with { PeerCaFile = null } },
                Client = WithoutCertificate,
            },
            "-"
        );
    }

    [Test]
    public async Task Encrypted_keys_are_read()
    {
        using var files = new TempDirectory();
        var root = TestCa.CreateRoot();
        var (cert, key) = root.Issue(new TestLeaf { CommonName = "locked" })
            .WriteFiles(files.Path, "locked", "open sesame");
        var password = files.Write("password", "open sesame\n");
        TlsSettings Locked(TlsSettings tls) => tls with { CertFile = cert, KeyFile = key, KeyPasswordFile = password };
        await AssertServesAsync(
            new PairOptions
            {
                Root = root,
                Server = settings => settings with { Tls = Locked(settings.Tls) },
                Client = settings => settings with { Tls = Locked(settings.Tls) },
            },
            "locked"
        );
    }

    private static TunnelSettings WithoutCertificate(TunnelSettings settings) =>
        settings with
        {
            Tls = settings.Tls with { CertFile = null, KeyFile = null },
        };

    private static PairOptions Allowing(string allowed, string san)
    {
        var root = TestCa.CreateRoot();
        return new PairOptions
        {
            Root = root,
            ClientCertificate = root.Issue(new TestLeaf { CommonName = "client", DnsNames = [san] }),
            Server = settings => settings with { Tls = settings.Tls with { AllowedClientNames = allowed.Split(',') } },
        };
    }

    private static async Task AssertServesAsync(PairOptions options, string identity)
    {
        await using var pair = await Pair.StartAsync(options);
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        await target.PassAsync(application, _words);
        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);
        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.Identity), Is.EqualTo(("eof", identity)), session.ToString());
    }

    // A name that nobody has verified must not stand where verified ones do.
    private static void AssertOnlyClaimed(ClosedSession session, X509Certificate2 certificate) =>
        Assert.That(
            (session.Identity, session.Claimed),
            Is.EqualTo(("-", PeerIdentity.From(certificate).Name)),
            session.ToString()
        );

    private static Task<LogEventInfo> RefusalAsync(Pair pair) =>
        pair.LineAsync(line => line.FormattedMessage.Contains("refused the certificate of"));

    private static void AssertTellsAll(LogEventInfo line, X509Certificate2 certificate, string words)
    {
        var fingerprint = Convert.ToHexString(certificate.GetCertHash(HashAlgorithmName.SHA256)).Chunk(2);
        Assert.That(line.Level, Is.EqualTo(LogLevel.Warn));
        Assert.That(
            line.FormattedMessage,
            Does.Contain(words)
                .And.Contain($" subject=\"{certificate.Subject}\" ")
                .And.Contain($" issuer=\"{certificate.Issuer}\" ")
                .And.Contain($" serial={certificate.SerialNumber} ")
                .And.Contain($" sha256={string.Join(':', fingerprint.Select(pair => new string(pair)))} ")
                .And.Match(" sans=\"?(DNS|IP):")
                .And.Match(" refusal=[a-z_]+ detail=")
        );
    }
}
