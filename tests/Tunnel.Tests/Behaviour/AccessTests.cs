using System.Net.Sockets;
using System.Text;
using NLog;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>Rules about access as both ends of a tunnel meet them, and what the log says.</summary>
public sealed class AccessTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task A_client_that_is_denied_is_told_and_the_target_never_hears_of_it()
    {
        await using var pair = await Pair.StartAsync(AtServer(Deny(AccessKey.Names, "client"), Everybody));
        Assert.That(await pair.VisitAsync(_words), Is.EqualTo(SocketError.ConnectionReset));

        var line = await pair.LineAsync(line => line.Properties.ContainsKey("refusal"));
        Assert.That((line.Level, line.Properties["refusal"]), Is.EqualTo((LogLevel.Warn, "not_allowed")));
        Assert.That(line.FormattedMessage, Does.Contain("access[0] denies it: CN=client, DNS:localhost is in names"));
        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("refused"));
        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("refused_by_peer", "server")));
        Assert.That(session.Detail, Does.Contain("not_allowed"));
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task A_session_s_line_has_the_entry_that_let_the_peer_in_at_both_ends()
    {
        var options = AtServer(Deny(AccessKey.Ou, "ops"), Everybody) with
        {
            Client = settings => With(settings, new AccessEntry("remote_server.access[0]", false, false, [])),
        };
        await using var pair = await Pair.StartAsync(options);
        await ServeAsync(pair);

        Assert.That(
            (await pair.ServerClosedAsync()).ToString(),
            Does.Contain(" identity=client allowed_by=access[1] ")
        );
        Assert.That((await pair.ClientClosedAsync()).ToString(), Does.Contain(" allowed_by=remote_server.access[0] "));
    }

    [TestCase(AccessKey.Issuer, "Test Root", "a chain below CN=Test Root is in issuer (Test Root)")]
    [TestCase(AccessKey.From, "127.0.0.0/8", "address 127.0.0.1 is in from (127.0.0.0/8)")]
    public async Task A_client_refuses_a_server_that_is_denied(AccessKey key, string value, string words)
    {
        await using var pair = await Pair.StartAsync(
            new PairOptions { Client = settings => With(settings, Deny(key, value), Everybody) }
        );
        Assert.That(await pair.VisitAsync(_words), Is.EqualTo(SocketError.ConnectionReset));

        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("refused", "tunnel")), session.ToString());
        Assert.That(session.Detail, Does.Contain($"access[0] denies it: {words}"));
    }

    [TestCase("203.0.113.0/24", true)]
    [TestCase("127.0.0.0/8", false)]
    public async Task Behind_a_load_balancer_the_client_s_own_address_counts(string network, bool isLetIn)
    {
        using var balancer = new Balancer();
        var options = balancer.Options();
        await using var pair = await Pair.StartAsync(
            options with
            {
                Server = settings => With(options.Server(settings), Allow(AccessKey.From, network)),
            }
        );
        var header = Encoding.ASCII.GetBytes("PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\r\n");
        _ = balancer.CarryAsync(pair.Server!.Endpoints[0], [header]);
        if (isLetIn)
        {
            await ServeAsync(pair);
        }
        else
        {
            await pair.VisitAsync(_words);
        }

        var session = await pair.ServerClosedAsync();
        Assert.That(session.Reason, Is.EqualTo(isLetIn ? "eof" : "refused"), session.ToString());
    }

    [Test]
    public async Task An_entry_on_trial_is_logged_and_refuses_nobody()
    {
        await using var pair = await Pair.StartAsync(
            AtServer(Everybody, Deny(AccessKey.Names, "client") with { IsAudit = true })
        );
        await ServeAsync(pair);

        var line = await pair.LineAsync(line => line.FormattedMessage.Contains("on trial"));
        Assert.That(
            line.FormattedMessage,
            Does.Match(
                @"^session \S+ of client client, 127\.0\.0\.1:\d+: it would be refused by an entry on trial: "
                    + @"access\[0\] denies it: CN=client"
            )
        );
    }

    private static AccessEntry Everybody => new("access[1]", Denies: false, IsAudit: false, []);

    private static AccessEntry Deny(AccessKey key, string value) =>
        new("access[0]", Denies: true, IsAudit: false, [new AccessCondition(key, IsNot: false, [value])]);

    private static AccessEntry Allow(AccessKey key, string value) => Deny(key, value) with { Denies = false };

    private static PairOptions AtServer(params AccessEntry[] entries) =>
        new() { Server = settings => With(settings, entries) };

    private static TunnelSettings With(TunnelSettings settings, params AccessEntry[] entries) =>
        settings with
        {
            Access = new AccessSettings([.. entries], IsEnforced: true),
        };

    private static async Task ServeAsync(Pair pair)
    {
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);
        await application.EndAsync();
        await target.EndAsync();
        application.Dispose();
        target.Dispose();
    }
}
