using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;
using static Microsoft.Playwright.Assertions;

namespace Tunnel.Tests.Monitoring;

/// <summary>The page of the program as it runs.</summary>
public sealed class PageProcessTests
{
    // With what would be markup, end a line, and control a terminal, if it were not text.
    private const string Hostile = "<img src=x onerror=alert(1)>\u001b[31m\u202egnp";
    private const string Shown = "<img src=x onerror=alert(1)>\\u001b[31m\\u202egnp";

    private static readonly BackendPair[] _pairs = TestBackends.Pairs[..2];

    [TestCaseSource(nameof(_pairs))]
    public async Task A_session_comes_flows_and_ends_while_one_looks(BackendPair backends)
    {
        using var target = Wire.Listen();
        var port = Wire.FreePort();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            Of(port) with
            {
                Backends = backends,
            }
        );
        await using var live = await LivePage.OpenAsync(AddressOf(port));
        await Expect(live.Verdict).ToHaveTextAsync("✓ All is well: 1 tunnel, ready for new sessions");

        var (application, service) = await pair.OpenAsync(target);
        await Expect(live.Sessions).ToHaveCountAsync(1);
        var rates = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                await application.PassAsync(service, new byte[100_000]);
                rates = (await live.ColumnAsync("Sent/s"))[0] + await live.Page.Locator(".rates").InnerTextAsync();
                return Regex.IsMatch(rates, "^[1-9].*sent [1-9]", RegexOptions.Singleline);
            },
            () => rates
        );
        Assert.That(await live.ColumnAsync("Who"), Is.EqualTo(["client"]));
        Assert.That(await live.ColumnAsync("State"), Is.EqualTo(["relaying"]));
        Assert.That(await live.ColumnAsync("Received"), Is.EqualTo(["0 B"]));
        await Expect(live.Page.Locator(".card > svg")).ToHaveAttributeAsync("aria-label", new Regex("at most [1-9]"));

        application.Shutdown(SocketShutdown.Send);
        service.Shutdown(SocketShutdown.Send);
        await Expect(live.Sessions).ToHaveCountAsync(0);
        await Expect(live.Fact("Ended")).ToHaveTextAsync("eof 1");
        live.IsClean();
    }

    [TestCaseSource(nameof(_pairs))]
    public async Task A_refused_peer_is_named_and_its_name_does_nothing(BackendPair backends)
    {
        using var target = Wire.Listen();
        var port = Wire.FreePort();
        var root = TestCa.CreateRoot();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            Of(port) with
            {
                Backends = backends,
                ServerTls = ", allowed_client_cns: [somebody.else]",
                Certificates = new PairOptions
                {
                    Root = root,
                    ClientCertificate = root.Issue(new TestLeaf { CommonName = Hostile, DnsNames = [] }),
                },
            }
        );
        await using var live = await LivePage.OpenAsync(AddressOf(port));
        await Expect(live.Verdict).ToContainTextAsync("All is well");

        Assert.That(await pair.VisitAsync(), Is.EqualTo(SocketError.ConnectionReset));

        await Expect(live.Fact("Last refused")).ToContainTextAsync($"says it is {Shown}");
        await Expect(live.Findings).ToContainTextAsync([Shown]);
        await Expect(live.Verdict).ToHaveTextAsync("! Look at this: 1 warning; ready for new sessions");
        Assert.That(await live.Page.Locator("img").CountAsync(), Is.Zero);
        live.IsClean();
    }

    [Test]
    public async Task When_the_process_is_gone_the_page_says_since_when_and_goes_on_when_it_is_back()
    {
        using var target = Wire.Listen();
        var port = Wire.FreePort();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port, Of(port));
        await using var live = await LivePage.OpenAsync(AddressOf(port));
        await Expect(live.Verdict).ToContainTextAsync("All is well");

        await pair.Server.DisposeAsync();

        await Expect(live.Verdict).ToHaveTextAsync("✗ Trouble: the process does not answer");
        await Expect(live.Findings).ToHaveTextAsync([new Regex(@"^✗ Problem no answer since \d\d:\d\d:\d\d UTC")]);
        await Expect(live.Page.Locator("h3")).ToHaveTextAsync("server");
        await pair.RestartServerAsync();
        await Expect(live.Findings).ToHaveTextAsync([new Regex("^! Warning the process was started again at")]);
        await Expect(live.Verdict).ToHaveTextAsync("! Look at this: 1 warning; ready for new sessions");
    }

    private static ProcessPairOptions Of(int port) =>
        new() { ServerMonitor = string.Create(CultureInfo.InvariantCulture, $", http: {{port: {port}}}") };

    private static Uri AddressOf(int port) =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
}
