using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Monitoring;

/// <summary>Nobody who asks over HTTP, or pretends to, costs others their answer.</summary>
public sealed class CrowdTests : WatchedOverHttp
{
    [TestCase("GET /{0} HTTP/1.1\r\nHost: localhost\r\n\r\n", 8 * 1024, "HTTP/1.1 414 ")]
    [TestCase("GET / HTTP/1.1\r\nHost: localhost\r\nX: {0}\r\n\r\n", 64 * 1024, "HTTP/1.1 431 ")]
    [TestCase(
        "GET /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r\nConnection: close\r\n\r\n{0}",
        64 * 1024,
        ""
    )]
    public async Task What_is_too_long_is_refused(string request, int length, string answer)
    {
        await WatchAsync(new FakeProcess());
        Assert.That(
            await SendRawAsync(request.Replace("{0}", new string('a', length))),
            Does.StartWith(answer).Or.EqualTo("cut")
        );
        Assert.That((await GetAsync("/livez")).Status, Is.EqualTo(200));
    }

    [TestCase("\u0016\u0003\u0001\u0000\u0005hello\r\n\r\n")]
    [TestCase("SSH-2.0-x\r\n\r\n")]
    [TestCase("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [TestCase("GET / HTTP/1.1\r\n\r\n")]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nHost: localhost\r\n\r\n")]
    [TestCase("GET http://evil.example/status HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task What_is_not_a_request_of_a_browser_is_refused(string request)
    {
        await WatchAsync(new FakeProcess { Name = "secret" });
        // Kestrel answers the preface of HTTP/2 in its own language, by GOAWAY (RFC 9113 section 6.8).
        Assert.That(await SendRawAsync(request), Does.Not.StartWith("HTTP/1.1 2").And.Not.Contain("secret"));
    }

    [Test]
    public async Task Who_holds_connections_open_keeps_nobody_out()
    {
        await WatchAsync(new FakeProcess { Many = 20_000 });
        var crowd = new List<Socket>();
        var to = new IPEndPoint(IPAddress.Loopback, Address.Port);
        for (var number = 0; number < 300; number++)
        {
            var one = await Wire.DialAsync(to);
            crowd.Add(one);
            // Some say nothing, some never end their request, some never read an answer of megabytes.
            await one.SendAllAsync(
                (number % 3) switch
                {
                    0 => ""u8.ToArray(),
                    1 => "GET /livez HTTP/1.1\r\nHost: loc"u8.ToArray(),
                    _ => "GET /sessions?limit=20000 HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(),
                }
            );
        }

        using var another = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.That(await another.GetStringAsync(new Uri(Address, "/livez")), Is.EqualTo("alive\n"));
        await Eventually.HoldsAsync(
            () => crowd.Count(IsGone) >= crowd.Count - 64,
            () => $"only {crowd.Count(IsGone)} of {crowd.Count} are cut"
        );
        // Nothing but another connection cuts them so soon: they have not even begun a request.
        Assert.That(
            crowd.Take(200).Where((_, number) => number % 3 == 0).All(IsGone),
            "those that came first give way"
        );
        Assert.That(IsGone(crowd[^3]), Is.False, "who came last stays");
        crowd.ForEach(one => one.Dispose());
    }

    [Test]
    public async Task A_thousand_who_scrape_cost_no_more_reports_than_a_few()
    {
        var process = new FakeProcess { Many = 1000 };
        await WatchAsync(process);
        var started = Environment.TickCount64;

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 1000),
            new ParallelOptions { MaxDegreeOfParallelism = 50 },
            async (number, _) =>
                Assert.That((await GetAsync(number % 2 == 0 ? "/metrics" : "/sessions")).Status, Is.EqualTo(200))
        );

        var tenths = (Environment.TickCount64 - started) / 100;
        Assert.That(process.Reports, Is.LessThanOrEqualTo(2 * (tenths + 2)), "each is shared for a tenth of a second");
    }

    private static bool IsGone(Socket socket)
    {
        try
        {
            // What has come is thrown away; it may be an answer, and then the end.
            return socket.Poll(0, SelectMode.SelectRead) && socket.Receive(new byte[1 << 16]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
