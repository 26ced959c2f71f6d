using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace Tunnel.Tests.Monitoring;

/// <summary>How often the page asks. Its clock stands still but for what the test lets pass.</summary>
public sealed class PagePaceTests : WatchedOverHttp
{
    private const string Counted = """
        window.calls = 0;
        window.atOnce = 0;
        window.mostAtOnce = 0;
        const ask = window.fetch;
        window.fetch = async (...what) => {
          calls++;
          mostAtOnce = Math.max(mostAtOnce, ++atOnce);
          try { return await ask(...what); } finally { atOnce--; }
        };
        Object.defineProperty(document, "hidden", { get: () => window.isHidden === true });
        """;

    private static readonly DateTime _noon = new(2030, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Test]
    public async Task It_asks_once_a_second_one_thing_at_a_time_and_not_while_nobody_looks()
    {
        await WatchAsync(new FakeProcess());
        await using var live = await LivePage.OpenAsync(Address, prepare: PrepareAsync);
        var pause = live.Page.Locator("#pause");
        await HeardAsync(live, 2);
        await live.Page.Clock.RunForAsync(999);
        Assert.That(await AsksAsync(live), Is.EqualTo(2));
        await live.Page.Clock.RunForAsync(1);
        await HeardAsync(live, 4);

        await HideAsync(live, true);
        await live.Page.Clock.RunForAsync(60_000);
        Assert.That(await AsksAsync(live), Is.EqualTo(4), "nobody sees the tab");
        await HideAsync(live, false);
        await HeardAsync(live, 6);

        await pause.ClickAsync();
        await Expect(pause).ToHaveTextAsync("Go on");
        await live.Page.Clock.RunForAsync(60_000);
        Assert.That(await AsksAsync(live), Is.EqualTo(6), "it is paused");
        await Expect(live.Page.Locator("#facts")).ToContainTextAsync("Paused: all below is of 12:0");
        await pause.ClickAsync();
        await HeardAsync(live, 8);
        Assert.That(await live.Page.EvaluateAsync<int>("mostAtOnce"), Is.EqualTo(1));
        live.IsClean();
    }

    private static async Task PrepareAsync(IPage page)
    {
        await page.Clock.InstallAsync(new() { TimeDate = _noon.AddMinutes(-1) });
        await page.Clock.PauseAtAsync(_noon);
        await page.AddInitScriptAsync(Counted);
    }

    /// <summary>Waits until it has shown what it asked for last, and goes to sleep.</summary>
    private static async Task HeardAsync(LivePage live, int asks)
    {
        await live.Page.WaitForFunctionAsync(
            "asks => window.calls === asks && heardAt === Date.now()",
            asks,
            new() { PollingInterval = 20 }
        );
        await Expect(live.Sessions).ToHaveCountAsync(1);
    }

    private static Task<int> AsksAsync(LivePage live) => live.Page.EvaluateAsync<int>("calls");

    private static async Task HideAsync(LivePage live, bool hidden) =>
        await live.Page.EvaluateAsync(
            "hidden => { window.isHidden = hidden; document.dispatchEvent(new Event('visibilitychange')); }",
            hidden
        );
}
