using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.Behaviour;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Whoever is refused by OpenSSL is told why in the handshake, by an alert, whatever program it is.</summary>
[LeavesNothing]
public sealed class AlertTests
{
    public static IEnumerable<TestCaseData> Refused =>
        [
            Case("expired", root => root.Issue(TestLeaf.Expired(TimeSpan.FromDays(3))), "certificate_expired"),
            Case("not yet valid", root => root.Issue(TestLeaf.NotYetValid(TimeSpan.FromDays(3))), "bad_certificate"),
            Case("another CA", _ => TestCa.CreateRoot("Other Root").Issue(), "unknown_ca"),
            Case("self-signed", _ => TestCa.SelfSigned(), "unknown_ca"),
            Case(
                "without its intermediate",
                root => root.CreateIntermediate().Issue(new TestLeaf { SendIntermediates = false }),
                "unknown_ca"
            ),
            Case(
                "for servers only",
                root => root.Issue(new TestLeaf { UsageOids = [TestLeaf.ServerAuth] }),
                "unsupported_certificate"
            ),
        ];

    [TestCaseSource(nameof(Refused))]
    public async Task A_client_hears_the_alert_of_its_refusal(CertificateCases.Maker make, string alert)
    {
        var root = TestCa.CreateRoot();
        await using var pair = await Pair.StartAsync(
            new PairOptions
            {
                Root = root,
                ClientCertificate = make(root),
                Backend = TestBackends.OpenSsl,
                Server = settings => settings with { Tls = settings.Tls with { AllowedClientNames = ["leaf"] } },
            }
        );
        var visit = pair.VisitAsync();

        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("refused_by_peer", "server")), session.ToString());
        Assert.That(session.Detail, Does.Contain($"(alert {alert})"));
        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("refused"));
        Assert.That(await visit, Is.EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public async Task A_tunnel_client_of_another_name_hears_the_reason_by_the_greeting()
    {
        var root = TestCa.CreateRoot();
        await using var pair = await Pair.StartAsync(
            new PairOptions
            {
                Root = root,
                ClientCertificate = root.Issue(new TestLeaf { CommonName = "nobody" }),
                Backend = TestBackends.OpenSsl,
                Server = settings => settings with { Tls = settings.Tls with { AllowedClientNames = ["leaf"] } },
            }
        );
        var visit = pair.VisitAsync();

        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("refused_by_peer", "server")), session.ToString());
        Assert.That(session.Detail, Does.Contain("wrong_name"));
        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("refused"));
        Assert.That(await visit, Is.EqualTo(SocketError.ConnectionReset));
    }

    private static TestCaseData Case(string name, CertificateCases.Maker make, string alert) =>
        new TestCaseData(make, alert).SetArgDisplayNames(name);
}
