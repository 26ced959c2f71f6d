using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Opening;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// Whoever asks what time it is at a server hears it and nothing else, also when the dates of his certificate are why
/// he is refused.
/// </summary>
public sealed class ClockQuestionTests(BackendPair backends) : BehaviourTests(backends)
{
    private readonly BackendPair _backends = backends;

    [Test]
    public async Task A_client_that_would_be_let_in()
    {
        await using var pair = await Pair.StartAsync();
        var before = DateTimeOffset.UtcNow;

        var report = await AskAsync(pair, SslProtocols.Tls13);

        Assert.That(report.Greeting?.ReadClock(), Is.InRange(before.AddSeconds(-1), DateTimeOffset.UtcNow));
        Assert.That(report.Stage, Is.EqualTo(VisitStage.Verdict), "no session");
        var session = await pair.ServerClosedAsync();
        Assert.That(session.Reason, Is.EqualTo("probe"), session.ToString());
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task One_that_has_expired()
    {
        await using var pair = await Pair.StartAsync(Expired());

        var report = await AskAsync(pair, SslProtocols.Tls13);

        Assert.That(report.Greeting?.Code, Is.EqualTo(GreetingCode.Clock));
        var session = await pair.ServerClosedAsync();
        Assert.That(session.Reason, Is.EqualTo("refused"), session.ToString());
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task One_that_has_expired_leaves_libssl_no_session_of_TLS_1_2_to_come_back_with()
    {
        await using var pair = await Pair.StartAsync(Expired());

        var report = await AskAsync(pair, SslProtocols.Tls12);

        if (_backends.Server == TlsBackendSetting.OpenSsl)
        {
            Assert.That((report.Greeting, report.Alert), Is.EqualTo(((Greeting?)null, "certificate_expired")));
        }

        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("refused"));
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task One_of_another_CA_gets_no_answer_from_libssl()
    {
        var stranger = TestCa.CreateRoot("Another Root").Issue(TestLeaf.Expired(TimeSpan.FromDays(2)));
        await using var pair = await Pair.StartAsync(new PairOptions { ClientCertificate = stranger });

        var report = await AskAsync(pair, SslProtocols.Tls13);

        Assert.That(report.Stage, Is.EqualTo(VisitStage.Verdict));
        Assert.That(report.Greeting is null, Is.EqualTo(_backends.Server == TlsBackendSetting.OpenSsl));
        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("refused"));
    }

    private static PairOptions Expired()
    {
        var root = TestCa.CreateRoot();
        return new PairOptions { Root = root, ClientCertificate = root.Issue(TestLeaf.Expired(TimeSpan.FromDays(2))) };
    }

    private static async Task<VisitReport> AskAsync(Pair pair, SslProtocols versions)
    {
        var profile = TlsProfiles.Of(pair.ClientSettings).ForLooking with
        {
            ApplicationProtocols = [Greeting.ClockProtocol],
            Versions = versions,
        };
        using var endpoint = TestBackends.Client.CreateEndpoint(profile);
        var visit = new ServerVisit(new SharedEndpoint(endpoint), 0, new TimeoutSettings(), pair.ClientEngine);
        return await visit.PayAsync(pair.Server!.Endpoints[0]).WaitAsync(Wire.Patience);
    }
}
