using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Behaviour;

/// <summary>The rules about chains, which both backends keep alike, in full handshakes and in resumed ones.</summary>
public sealed class ChainRuleTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    private readonly TestCa _root = TestCa.CreateRoot();

    [Test]
    public async Task A_client_refused_for_its_name_learns_the_reason_each_time_it_comes()
    {
        await using var pair = await Pair.StartAsync(Allowing("somebody else", _root.Issue(Named("client"))));
        for (var visit = 0; visit < 3; visit++)
        {
            Assert.That(await pair.VisitAsync(_words), Is.EqualTo(SocketError.ConnectionReset));
            var session = await pair.ServerClosedAsync();
            Assert.That(session.Reason, Is.EqualTo("refused"), session.ToString());
            Assert.That((await pair.ClientClosedAsync()).Detail, Does.Contain("wrong_name"));
        }

        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task A_foreign_client_refused_for_its_name_gets_nothing_from_the_target(
        [Values("tls1_2", "tls1_3")] string version
    )
    {
        await using var pair = await Pair.StartAsync(Allowing("somebody else", null));
        await using var openssl = OpenSslProcess.Start([
            "s_client",
            "-connect",
            pair.Server!.Endpoints[0].ToString()!,
            "-cert",
            pair.Files.ClientCert,
            "-key",
            pair.Files.ClientKey,
            "-quiet",
            $"-{version}",
        ]);

        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("refused"));
        await openssl.EndAsync();
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task A_CN_beyond_the_constraints_never_passes()
    {
        var lower = _root.CreateIntermediate(extensions: TestConstraints.Permitting("team-a.example"));
        var client = lower.Issue(Named("db.team-b.example", "x.team-a.example"));
        await using var pair = await Pair.StartAsync(Allowing("db.team-b.example", client));
        for (var visit = 0; visit < 3; visit++)
        {
            Assert.That(await pair.VisitAsync(_words), Is.EqualTo(SocketError.ConnectionReset));
            Assert.That((await pair.ServerClosedAsync()).Detail, Does.Contain("the CN does not count"));
        }
    }

    [TestCase("db.team-a.example", true)]
    [TestCase("an app", false)]
    public async Task A_CN_that_counts_goes_on_counting(string commonName, bool isConstrained)
    {
        var lower = isConstrained
            ? _root.CreateIntermediate(extensions: TestConstraints.Permitting("team-a.example"))
            : _root.CreateIntermediate();
        var client = lower.Issue(Named(commonName, "x.team-a.example"));
        await using var pair = await Pair.StartAsync(Allowing(commonName, client));
        for (var visit = 0; visit < 3; visit++)
        {
            var (application, target) = await pair.OpenAsync();
            await application.PassAsync(target, _words);
            await target.PassAsync(application, _words);
            application.Shutdown(SocketShutdown.Send);
            target.Shutdown(SocketShutdown.Send);
            Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("eof"));
        }
    }

    [Test]
    public async Task A_SAN_beyond_the_constraints_is_refused_by_either_side([Values] TunnelRole peer)
    {
        var lower = _root.CreateIntermediate(extensions: TestConstraints.Permitting("team-a.example"));
        var bad = lower.Issue(Named("x", "localhost"));
        await using var pair = await Pair.StartAsync(
            new PairOptions
            {
                Root = _root,
                ServerCertificate = peer == TunnelRole.Server ? bad : null,
                ClientCertificate = peer == TunnelRole.Client ? bad : null,
            }
        );
        Assert.That(await pair.VisitAsync(_words), Is.EqualTo(SocketError.ConnectionReset));

        var session = peer == TunnelRole.Client ? await pair.ServerClosedAsync() : await pair.ClientClosedAsync();

        Assert.That(session.Reason, Is.EqualTo("refused"), session.ToString());
        Assert.That(
            session.Detail,
            Does.Contain("DNS:localhost outside the name constraints of its CA CN=Test Intermediate")
        );
    }

    private static TestLeaf Named(string commonName, string san = "localhost") =>
        new() { CommonName = commonName, DnsNames = [san] };

    private PairOptions Allowing(string allowed, TestCertificate? client) =>
        new()
        {
            Root = _root,
            ClientCertificate = client,
            Server = settings => settings with { Tls = settings.Tls with { AllowedClientNames = [allowed] } },
        };
}
