using System.Text.Json;
using NUnit.Framework;
using Tunnel.Reports;

namespace Tunnel.Tests.Monitoring;

/// <summary>What is answered over HTTP.</summary>
public sealed class AnswerTests : WatchedOverHttp
{
    // What a certificate may hold.
    private const string Hostile = "<img src=x onerror=alert(1)>\u001b[2J\"\\\n{}";

    [Test]
    public async Task A_status_is_the_report_and_comes_back_whole()
    {
        await WatchAsync(new FakeProcess { Name = Hostile });
        var (status, body) = await GetAsync("/status");
        Assert.That(
            (status, body),
            Is.EqualTo((200, JsonSerializer.Serialize(Report(), ReportJson.Default.ProcessReport)))
        );
        Assert.That(
            body.All(letter => letter is >= ' ' and <= '~' and not '<'),
            Is.True,
            "nothing in it does anything"
        );
    }

    [TestCase("", 500)]
    [TestCase("?limit=7", 7)]
    [TestCase("?limit=10000", 2000)]
    public async Task Of_many_sessions_as_many_are_shown_as_are_wanted(string query, int shown)
    {
        await WatchAsync(new FakeProcess { Many = 2000 });
        var list = JsonSerializer.Deserialize(
            (await GetAsync("/sessions" + query)).Body,
            ReportJson.Default.SessionList
        )!;
        Assert.That((list.Total, list.Sessions.Count), Is.EqualTo((2000, shown)));
    }

    [TestCase("?limit=-1")]
    [TestCase("?limit=many")]
    [TestCase("?limit=99999999999999")]
    public async Task A_limit_that_is_no_number_is_told(string query)
    {
        await WatchAsync(new FakeProcess());
        var (status, body) = await GetAsync("/sessions" + query);
        Assert.That((status, body), Is.EqualTo((400, "limit is a whole number, such as ?limit=10000\n")));
    }

    [TestCase(null, true, 200, "ready\n")]
    [TestCase(null, false, 200, "ready\nserver unreachable\n")]
    [TestCase("the process is stopping", true, 503, "not ready: the process is stopping\n")]
    public async Task Ready_is_who_could_take_a_session_and_a_server_is_another_word(
        string? why,
        bool isHealthy,
        int status,
        string words
    )
    {
        await WatchAsync(new FakeProcess { NotReady = why, ServerIsHealthy = isHealthy });
        Assert.That(await GetAsync("/readyz"), Is.EqualTo((status, words)));
        Assert.That(await GetAsync("/livez"), Is.EqualTo((200, "alive\n")));
    }

    [Test]
    public async Task An_unknown_path_is_told_with_those_that_there_are()
    {
        await WatchAsync(new FakeProcess());
        var (status, body) = await GetAsync("/healthz");
        Assert.That(status, Is.EqualTo(404));
        Assert.That(body, Does.Contain("/livez, /readyz, /status, /sessions, /metrics"));
    }

    [Test]
    public async Task Metrics_have_every_number_of_the_report_with_its_tunnel()
    {
        await WatchAsync(new FakeProcess { Many = 3, Name = Hostile });
        var lines = (await GetAsync("/metrics")).Body.Split('\n');
        string[] expected =
        [
            "tunnel_accepting{} 1",
            "tunnel_generation{} 7",
            "tunnel_reloads_total{result=\"refused\"} 1",
            "tunnel_sessions_active{role=\"client\",tunnel=\"db\"} 3",
            "tunnel_sessions_accepted_total{role=\"client\",tunnel=\"db\"} 6",
            "tunnel_sessions_ended_total{reason=\"refused\",tunnel=\"db\"} 1",
            "tunnel_bytes_total{direction=\"received\",tunnel=\"db\"} 20",
            "tunnel_handshakes_total{result=\"resumed\",tunnel=\"db\"} 2",
            "tunnel_attempts_failed_total{reason=\"unreachable\",tunnel=\"db\"} 5",
            "tunnel_refusals_total{reason=\"expired\",tunnel=\"web\"} 4",
            "tunnel_listening{role=\"server\",tunnel=\"web\"} 0",
            "tunnel_limit{limit=\"limits.sessions\",tunnel=\"web\"} 100",
            "tunnel_limit_used{limit=\"limits.sessions\",tunnel=\"web\"} 90",
            "tunnel_limit_turned_away_total{limit=\"limits.sessions\",tunnel=\"web\"} 1",
            "tunnel_target_healthy{target=\"db.example.org:8443\",tunnel=\"db\"} 1",
            "tunnel_open_files_limit{} 100",
        ];
        Assert.That(expected.Except(lines), Is.Empty);
        var expiry = lines.Single(line =>
            line.StartsWith("tunnel_certificate_expiry_seconds{", StringComparison.Ordinal)
        );
        Assert.That(
            expiry,
            Does.EndWith(" 86400").And.Contain("\\\"\\\\\\n{}"),
            "what a name holds stays in its quotes"
        );
    }

    private static ProcessReport Report() => new FakeProcess { Name = Hostile }.Report();
}
