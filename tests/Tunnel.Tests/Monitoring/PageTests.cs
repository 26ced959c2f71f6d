using Microsoft.Playwright;
using NUnit.Framework;
using Tunnel.Reports;
using Tunnel.Tests.TestKit;
using static Microsoft.Playwright.Assertions;

namespace Tunnel.Tests.Monitoring;

/// <summary>What the page shows of a process, and how it is used.</summary>
public sealed class PageTests : WatchedOverHttp
{
    private static readonly string[] _schemes = ["light", "dark"];

    [Test]
    public async Task What_is_not_well_stands_above_all_in_full_sentences()
    {
        await WatchAsync(new FakeProcess { ServerIsHealthy = false, NotReady = "limits.sessions: full" });
        await using var live = await LivePage.OpenAsync(Address);

        await Expect(live.Verdict).ToHaveTextAsync("✗ Trouble: 4 problems and 3 warnings; not ready for new sessions");
        await Expect(live.Findings)
            .ToHaveTextAsync([
                "✗ Problem no session can be admitted: limits.sessions: full; what to do: "
                    + Findings.RemedyOf(FindingCode.NotReady),
                "✗ Problem web: the server does not listen: name; what to do: "
                    + Findings.RemedyOf(FindingCode.NotListening),
                "✗ Problem db: db.example.org:8443 is unhealthy since 1970-01-01 00:00:00Z: name; what to do: "
                    + Findings.RemedyOf(FindingCode.TargetUnhealthy),
                "✗ Problem a new configuration was refused: name (the old one serves on; SIGHUP, 1970-01-01 "
                    + $"00:00:00Z); what to do: {Findings.RemedyOf(FindingCode.ReloadRefused)}",
                "! Warning web: limits.sessions: 90 of 100 places are taken, and 2 wait for one; what to do: "
                    + Findings.RemedyOf(FindingCode.LimitNearlyFull),
                "! Warning db: a certificate expires in 1 day: name (certs/client.crt); what to do: "
                    + Findings.RemedyOf(FindingCode.CertificateExpiresSoon),
                "! Warning web: a peer was refused at 00:00:00 UTC: expired, name; what to do: nothing, if it was "
                    + "meant; 'tunnel explain' tells which certificates get in",
            ]);
        live.IsClean();
    }

    [Test]
    public async Task Each_tunnel_says_what_has_become_of_its_sessions()
    {
        await WatchAsync(new FakeProcess());
        await using var live = await LivePage.OpenAsync(Address);

        await Expect(live.Page.Locator("h3")).ToHaveTextAsync(["db", "web"]);
        await Expect(live.Fact("Handshakes")).ToHaveTextAsync("full 1 · resumed 2");
        await Expect(live.Fact("Ended")).ToHaveTextAsync("eof 2 · refused 1");
        await Expect(live.Fact("Failed attempts")).ToHaveTextAsync("unreachable 5");
        await Expect(live.Fact("Refused")).ToHaveTextAsync("expired 4");
        await Expect(live.Fact("Last refused"))
            .ToHaveTextAsync("1970-01-01 00:00:00 UTC, 192.0.2.9:1, says it is name, expired: name");
        await Expect(live.Fact("Limit sessions")).ToHaveTextAsync("90 of 100, 2 wait, 1 turned away");
        await Expect(live.Page.Locator("#certificates tbody tr"))
            .ToHaveTextAsync("! 1 daynamecerts/client.crtdb1970-01-01 00:00:00 UTC");
        live.IsClean();
    }

    [Test]
    public async Task Of_many_sessions_some_are_shown_and_the_page_says_of_how_many()
    {
        await WatchAsync(new FakeProcess { Many = 10_000 });
        await using var live = await LivePage.OpenAsync(Address);
        await Expect(live.Page.Locator("#shown")).ToHaveTextAsync("500 of 10,000 shown");

        await live.Page.GetByLabel("Filter").FillAsync("ABCD-49");

        await Expect(live.Page.Locator("#shown")).ToHaveTextAsync("500 of 10,000 shown, 11 of them match");
        Assert.That(await live.ColumnAsync("Id"), Has.Length.EqualTo(11).And.All.StartWith("abcd-49"));
        live.IsClean();
    }

    [Test]
    public async Task By_keyboard_alone_the_table_is_sorted_and_filtered()
    {
        await WatchAsync(new FakeProcess { Many = 3 });
        await using var live = await LivePage.OpenAsync(Address);
        await Expect(live.Sessions).ToHaveCountAsync(3);

        var stops = new List<string>();
        foreach (var _ in Enumerable.Range(0, 16))
        {
            await live.Page.Keyboard.PressAsync("Tab");
            stops.Add(await FocusedAsync(live));
        }

        Assert.That(
            stops,
            Is.EqualTo([
                "Pause",
                "filter",
                "Live sessions",
                "Tunnel",
                "State",
                "Who",
                "Peer",
                "Target",
                "TLS",
                "Age",
                "Sent/s",
                "Received/s",
                "Sent",
                "Received",
                "Id",
                "Certificates",
            ])
        );
        await SortByKeyboardAsync(live, "Sent");
        Assert.That(await live.ColumnAsync("Id"), Is.EqualTo(["abcd-3", "abcd-2", "abcd-1"]));
        await live.Page.Keyboard.PressAsync("Enter");
        Assert.That(await live.ColumnAsync("Id"), Is.EqualTo(["abcd-1", "abcd-2", "abcd-3"]));
        await Expect(live.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Sent", Exact = true }))
            .ToHaveAttributeAsync("aria-sort", "ascending");

        await live.Page.Keyboard.PressAsync("Shift+Tab");
        await SortByKeyboardAsync(live, "filter");
        await live.Page.Keyboard.TypeAsync("abcd-2");
        Assert.That(await live.ColumnAsync("Id"), Is.EqualTo(["abcd-2"]));
        live.IsClean();
    }

    [Test]
    public async Task It_asks_for_the_token_and_keeps_it_to_itself()
    {
        await WatchAsync(new FakeProcess(), Token);
        await using var live = await LivePage.OpenAsync(Address);
        var (field, why) = (live.Page.GetByLabel("Token"), live.Page.Locator("#askwhy"));
        await Expect(field).ToBeFocusedAsync();
        await Expect(live.Verdict).ToHaveTextAsync("! This process wants a token");

        await live.Page.Keyboard.TypeAsync("wrong ü\n");
        await Expect(why).ToHaveTextAsync("✗ That token is not the right one.");
        await live.Page.Keyboard.TypeAsync($"{Token}\n");

        await Expect(live.Sessions).ToHaveCountAsync(1);
        await Expect(field).ToBeHiddenAsync();
        Assert.That(await live.Page.ContentAsync(), Does.Not.Contain(Token));
        Assert.That(live.Page.Url, Is.EqualTo(Address.ToString()));
        Assert.That(
            await live.Page.EvaluateAsync<int>("localStorage.length + sessionStorage.length + document.cookie.length"),
            Is.Zero
        );
        live.IsClean();
    }

    [Test]
    public async Task It_fits_narrow_and_wide_windows_and_is_read_with_ease(
        [Values(360, 1600)] int width,
        [ValueSource(nameof(_schemes))] string scheme
    )
    {
        var process = new FakeProcess { Name = string.Concat(Enumerable.Repeat("long-name.example.", 20)) };
        await WatchAsync(process);
        await using var live = await LivePage.OpenAsync(
            Address,
            new()
            {
                ViewportSize = new() { Width = width, Height = 740 },
                ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            }
        );
        await Expect(live.Sessions).ToHaveCountAsync(1);

        Assert.That(
            await live.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"),
            Is.EqualTo(width),
            "the page itself does not scroll sideways"
        );
        Assert.That(await live.Page.EvaluateAsync<string[]>(Contrast.TooLow), Is.Empty);
        Assert.That(
            await live.Page.EvaluateAsync<bool>("getComputedStyle(document.body).backgroundColor.startsWith('rgb(24')"),
            Is.EqualTo(scheme == "light")
        );
        live.IsClean();
    }

    /// <summary>Goes back to what has this name, and presses Enter there.</summary>
    private static async Task SortByKeyboardAsync(LivePage live, string name)
    {
        for (var i = 0; i < 20 && await FocusedAsync(live) != name; i++)
        {
            await live.Page.Keyboard.PressAsync("Shift+Tab");
        }

        Assert.That(await FocusedAsync(live), Is.EqualTo(name));
        Assert.That(
            await live.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"),
            Is.EqualTo("solid"),
            "one sees where one is"
        );
        await live.Page.Keyboard.PressAsync("Enter");
    }

    private static Task<string> FocusedAsync(LivePage live) =>
        live.Page.EvaluateAsync<string>(
            "(one => one.ariaLabel ?? (one.textContent.length < 20 && one.textContent || one.id))"
                + "(document.activeElement)"
        );
}
