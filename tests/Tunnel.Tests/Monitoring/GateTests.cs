using NUnit.Framework;

namespace Tunnel.Tests.Monitoring;

/// <summary>Who may ask over HTTP: the pages of others may not, and with a token only those who have it.</summary>
public sealed class GateTests : WatchedOverHttp
{
    private static readonly string[] _guarded = ["/status", "/sessions", "/metrics"];

    [TestCase("127.0.0.1", 200)]
    [TestCase("127.0.0.1:9464", 200)]
    [TestCase("localhost:9464", 200)]
    [TestCase("[::1]:9464", 200)]
    [TestCase("192.0.2.7", 200)]
    [TestCase("evil.example", 421)]
    [TestCase("127.0.0.1.evil.example", 421)]
    [TestCase("localhost.evil.example", 421)]
    public async Task Only_names_that_nobody_else_can_point_here_are_answered(string host, int status)
    {
        await WatchAsync(new FakeProcess());
        foreach (var path in _guarded)
        {
            Assert.That((await GetAsync(path, ("Host", host))).Status, Is.EqualTo(status), path);
        }

        Assert.That((await GetAsync("/livez", ("Host", host))).Status, Is.EqualTo(status));
    }

    [TestCase("Origin", "http://evil.example")]
    [TestCase("Origin", "null")]
    [TestCase("Origin", "http://127.0.0.1:1")]
    [TestCase("Sec-Fetch-Site", "cross-site")]
    [TestCase("Sec-Fetch-Site", "same-site")]
    public async Task A_page_of_another_origin_learns_nothing(string header, string value)
    {
        await WatchAsync(new FakeProcess { Name = "secret" });
        foreach (var path in (string[])["/", "/livez", .. _guarded])
        {
            var (status, body) = await GetAsync(path, (header, value));
            Assert.That((status, body.Contains("secret")), Is.EqualTo((403, false)), path);
        }
    }

    [Test]
    public async Task The_page_itself_and_who_types_the_address_are_answered()
    {
        await WatchAsync(new FakeProcess());
        Assert.That((await GetAsync("/", ("Sec-Fetch-Site", "none"))).Status, Is.EqualTo(200));
        Assert.That((await GetAsync("/status", ("Sec-Fetch-Site", "same-origin"))).Status, Is.EqualTo(200));
        Assert.That(
            (await GetAsync("/status", ("Origin", Address.GetLeftPart(UriPartial.Authority)))).Status,
            Is.EqualTo(200)
        );
    }

    [Test]
    public async Task With_a_token_only_who_shows_it_is_answered_and_health_checks_need_none()
    {
        await WatchAsync(new FakeProcess(), Token);
        foreach (var path in _guarded)
        {
            Assert.That((await GetAsync(path)).Status, Is.EqualTo(401), path);
            foreach (var wrong in (string[])[Token, $"Bearer {Token}0", $"Bearer {Token[..^1]}", "Bearer ", "Basic x"])
            {
                Assert.That((await GetAsync(path, ("Authorization", wrong))).Status, Is.EqualTo(401), wrong);
            }

            var (status, body) = await GetAsync(path, ("Authorization", $"Bearer {Token}"), ("Host", "tunnel.example"));
            Assert.That((status, body.Contains(Token)), Is.EqualTo((200, false)), path);
        }

        Assert.That((await GetAsync("/livez")).Status, Is.EqualTo(200));
        Assert.That((await GetAsync("/readyz")).Status, Is.EqualTo(200));
        Assert.That((await GetAsync("/")).Status, Is.EqualTo(200), "the page asks for the token");
    }

    [TestCase("POST")]
    [TestCase("PUT")]
    [TestCase("DELETE")]
    [TestCase("OPTIONS")]
    [TestCase("TRACE")]
    public async Task Nothing_can_be_changed(string method)
    {
        await WatchAsync(new FakeProcess());
        var answer = await SendRawAsync($"{method} /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 405 "));
    }

    [Test]
    public async Task Every_answer_forbids_to_guess_its_kind_to_keep_it_and_to_frame_it()
    {
        await WatchAsync(new FakeProcess());
        foreach (var path in (string[])["/", "/livez", .. _guarded])
        {
            using var answer = await Http.GetAsync(new Uri(Address, path));
            Assert.That(answer.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"), path);
            Assert.That(answer.Headers.CacheControl!.NoStore, Is.True, path);
            Assert.That(answer.Headers.Contains("Server"), Is.False, path);
        }

        using var page = await Http.GetAsync(Address);
        Assert.That(
            page.Headers.GetValues("Content-Security-Policy").Single(),
            Does.StartWith("default-src 'none'; script-src 'sha256-").And.Contain("frame-ancestors 'none'")
        );
    }
}
