using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Revocation lists: who is on one stays out, and where one is missing or useless nobody comes in.</summary>
[LeavesNothing]
public sealed class CrlTests
{
    private static readonly byte[] _words = "some words"u8.ToArray();
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    /// <summary>The file's content for a chain of root, intermediate and leaf.</summary>
    public delegate string Maker(TestCa root, TestCa lower, TestCertificate leaf);

    public static IEnumerable<TestCaseData> Harmless =>
        [
            Case("empty lists", (root, lower, _) => root.Crl([]) + lower.Crl([])),
            Case("somebody else is revoked", (root, lower, _) => root.Crl([]) + lower.Crl([lower.Issue().Certificate])),
            Case(
                "an outdated list beside the new one",
                (root, lower, _) => lower.Crl([], _now.AddDays(-3), _now.AddDays(-2)) + root.Crl([]) + lower.Crl([])
            ),
        ];

    public static IEnumerable<TestCaseData> Harmful =>
        [
            Case(
                "revoked",
                (root, lower, leaf) => root.Crl([]) + lower.Crl([leaf.Certificate]),
                "is revoked by",
                "our certificate is revoked"
            ),
            Case(
                "intermediate revoked",
                (root, lower, _) => root.Crl([lower.Certificate]) + lower.Crl([]),
                "a CA above it is revoked by",
                "our certificate is revoked"
            ),
            Case(
                "outdated",
                (root, lower, _) => root.Crl([]) + lower.Crl([], _now.AddDays(-2), _now.AddDays(-1)),
                "has an expired CRL, so nobody is let in",
                "alert internal_error"
            ),
            Case(
                "not yet valid",
                (root, lower, _) => root.Crl([]) + lower.Crl([], _now.AddDays(1), _now.AddDays(2)),
                "is not valid yet",
                "alert internal_error"
            ),
            Case(
                "forged",
                (root, lower, _) => root.Crl([]) + lower.Crl([], forgedBy: TestCa.CreateRoot()),
                "has a CRL with a bad signature",
                "alert internal_error"
            ),
            Case(
                "none of the intermediate",
                (root, _, _) => root.Crl([]),
                "has no CRL of every CA in the chain",
                "alert internal_error"
            ),
            Case(
                "none of the root",
                (_, lower, _) => lower.Crl([]),
                "has no CRL of every CA in the chain",
                "alert internal_error"
            ),
        ];

    [TestCaseSource(nameof(Harmless))]
    public async Task Who_is_on_no_list_is_served(Maker make)
    {
        var root = TestCa.CreateRoot();
        var lower = root.CreateIntermediate();
        var (server, client) = (lower.Issue(), lower.Issue());
        using var files = new TempDirectory();
        var file = files.Write("crl.pem", make(root, lower, client));
        await using var pair = await Pair.StartAsync(
            With(root, server, client) with
            {
                Server = settings => settings with { Tls = settings.Tls with { CrlFile = file } },
                Client = settings => settings with { Tls = settings.Tls with { CrlFile = file } },
            }
        );

        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);
        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("eof"));
    }

    [TestCaseSource(nameof(Harmful))]
    public async Task A_client_is_refused_and_told(Maker make, string words, string alert)
    {
        var root = TestCa.CreateRoot();
        var lower = root.CreateIntermediate();
        var client = lower.Issue();
        using var files = new TempDirectory();
        var file = files.Write("crl.pem", make(root, lower, client));
        await using var pair = await Pair.StartAsync(
            With(root, root.Issue(), client) with
            {
                Server = settings => settings with { Tls = settings.Tls with { CrlFile = file } },
            }
        );
        var visit = pair.VisitAsync(_words);

        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("refused", "tunnel")), session.ToString());
        Assert.That(session.Detail, Does.Contain(words));
        var other = await pair.ClientClosedAsync();
        var isRevoked = alert.Contains("revoked");
        Assert.That(
            (other.Reason, other.ClosedBy),
            Is.EqualTo((isRevoked ? "refused_by_peer" : "handshake_failed", "server")),
            other.ToString()
        );
        Assert.That(other.Detail, Does.Contain(alert));
        Assert.That(await visit, Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [TestCaseSource(nameof(Harmful))]
    public async Task A_server_is_refused_and_told(Maker make, string words, string alert)
    {
        var root = TestCa.CreateRoot();
        var lower = root.CreateIntermediate();
        var server = lower.Issue();
        using var files = new TempDirectory();
        var file = files.Write("crl.pem", make(root, lower, server));
        await using var pair = await Pair.StartAsync(
            With(root, server, root.Issue()) with
            {
                Client = settings => settings with { Tls = settings.Tls with { CrlFile = file } },
            }
        );
        var visit = pair.VisitAsync(_words);

        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("refused", "tunnel")), session.ToString());
        Assert.That(session.Detail, Does.Contain(words));
        var other = await pair.ServerClosedAsync();
        var isRevoked = alert.Contains("revoked");
        Assert.That(
            (other.Reason, other.ClosedBy),
            Is.EqualTo((isRevoked ? "refused_by_peer" : "handshake_failed", "client")),
            other.ToString()
        );
        Assert.That(other.Detail, Does.Contain(alert));
        Assert.That(await visit, Is.EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public async Task A_client_tries_again_where_the_server_cannot_judge()
    {
        var root = TestCa.CreateRoot();
        using var files = new TempDirectory();
        var outdated = files.Write("crl.pem", root.Crl([], _now.AddDays(-2), _now.AddDays(-1)));
        await using var pair = await Pair.StartAsync(
            With(root, root.Issue(), root.Issue()) with
            {
                Server = settings => settings with { Tls = settings.Tls with { CrlFile = outdated } },
                Client = settings => settings with { Reconnect = new() { MaxElapsed = TimeSpan.FromMinutes(1) } },
            }
        );
        var visit = pair.VisitAsync(_words);

        var first = await pair.ServerClosedAsync();
        var second = await pair.ServerClosedAsync();

        Assert.That((first.Reason, second.Reason), Is.EqualTo(("refused", "refused")));
        Assert.That(second.Detail, Does.StartWith("it is unknown whether CN=leaf is revoked: "));
        Assert.That(visit.IsCompleted, Is.False);
    }

    [Test]
    public async Task An_outdated_list_is_told_at_the_start()
    {
        var root = TestCa.CreateRoot();
        using var files = new TempDirectory();
        var outdated = files.Write("crl.pem", root.Crl([], _now.AddDays(-2), _now.AddDays(-1)));
        await using var pair = await Pair.StartAsync(
            With(root, root.Issue(), root.Issue()) with
            {
                Server = settings => settings with { Tls = settings.Tls with { CrlFile = outdated } },
            }
        );

        await pair.LineAsync(line => line.Level == NLog.LogLevel.Warn && line.FormattedMessage.Contains("expired on"));
    }

    private static PairOptions With(TestCa root, TestCertificate server, TestCertificate client) =>
        new()
        {
            Root = root,
            ServerCertificate = server,
            ClientCertificate = client,
            Backend = TestBackends.OpenSsl,
        };

    private static TestCaseData Case(string name, Maker make, params string[] words) =>
        new TestCaseData([make, .. words]).SetArgDisplayNames(name);
}
