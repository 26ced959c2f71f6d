using System.Net;
using Microsoft.Playwright;
using NUnit.Framework;
using Tunnel.Reports;
using Tunnel.Tests.TestKit;
using static Microsoft.Playwright.Assertions;

namespace Tunnel.Tests.Monitoring;

/// <summary>What a page of somebody else, and a name that somebody chose, can do to the page: nothing.</summary>
public sealed class PageAttackTests : WatchedOverHttp
{
    // Markup, a terminal's title and colours, a line end, and letters that turn the rest of the line around.
    private const string Hostile =
        "</script><img src=x onerror=alert(1)><svg onload=alert(2)>\u001b]0;owned\u0007\u001b[31m\r\n\u202egnp\u2028";
    private const string Shown =
        "</script><img src=x onerror=alert(1)><svg onload=alert(2)>"
        + "\\u001b]0;owned\\u0007\\u001b[31m\\r\\n\\u202egnp\\u2028";

    [Test]
    public async Task A_name_is_text_wherever_it_stands()
    {
        await WatchAsync(new FakeProcess { Name = Hostile, ServerIsHealthy = false });
        await using var live = await LivePage.OpenAsync(Address);

        await Expect(live.Sessions.GetByText(Shown)).ToHaveCountAsync(1);
        await Expect(live.Page.Locator("#certificates").GetByText(Shown)).ToHaveCountAsync(1);
        // Of a refused configuration only the first line of what is wrong with it.
        await Expect(live.Findings.GetByText(Shown)).ToHaveCountAsync(4);
        await Expect(live.Findings.GetByText(Shown.Split("\\n")[0])).ToHaveCountAsync(5);
        await Expect(live.Page.Locator("dl").GetByText(Shown)).ToHaveCountAsync(2);
        Assert.That(await live.Page.Locator("img, [onload], [onerror], script").CountAsync(), Is.EqualTo(1));
        Assert.That(
            await live.Page.EvaluateAsync<string>("document.body.innerText"),
            Does.Not.Match("[\u001b\u0007\u202e\u2028]")
        );
        live.IsClean();
    }

    [Test]
    public async Task A_finding_is_text_in_all_its_parts()
    {
        var finding = new Finding(FindingLevel.Problem, FindingCode.NotReady, Hostile, Hostile, Hostile);
        await WatchAsync(new FakeProcess { Found = [finding], Beyond = 1234 });
        await using var live = await LivePage.OpenAsync(Address);

        await Expect(live.Findings)
            .ToHaveTextAsync([
                $"✗ Problem {Shown}: {Shown}; what to do: {Shown}",
                "! Warning web: a peer was refused at 00:00:00 UTC: expired, name; what to do: nothing, if it was "
                    + "meant; 'tunnel explain' tells which certificates get in",
                "and 1,234 more",
            ]);
        await Expect(live.Findings.Locator("bdi").GetByText(Shown)).ToHaveCountAsync(3);
        Assert.That(await live.Page.Locator("img, [onload], [onerror], script").CountAsync(), Is.EqualTo(1));
        await Expect(live.Verdict)
            .ToHaveTextAsync("✗ Trouble: 1 problem and 1 warning and 1,234 more; ready for new sessions");
        live.IsClean();
    }

    [Test]
    public async Task Text_cannot_become_markup_even_by_mistake()
    {
        await WatchAsync(new FakeProcess());
        await using var live = await LivePage.OpenAsync(Address);
        await Expect(live.Sessions).ToHaveCountAsync(1);

        foreach (
            var mistake in (string[])
                [
                    "document.body.innerHTML = '<b>x</b>'",
                    "document.getElementById('facts').insertAdjacentHTML('beforeend', '<b>x</b>')",
                    "document.write('x')",
                ]
        )
        {
            var fault = await Assert.CatchAsync<PlaywrightException>(() => live.Page.EvaluateAsync(mistake));
            Assert.That(fault?.Message, Does.Contain("TrustedHTML"), mistake);
        }

        await live.Page.EvaluateAsync(
            """
            () => {
              const script = document.createElement("b");
              script.setAttribute("style", "color: red");
              document.body.append(script);
              window.color = getComputedStyle(script).color;
            }
            """
        );
        Assert.That(await live.Page.EvaluateAsync<string>("window.color"), Is.Not.EqualTo("rgb(255, 0, 0)"));
    }

    [Test]
    public async Task A_page_of_another_origin_learns_nothing()
    {
        await WatchAsync(new FakeProcess());
        using var stranger = new HttpListener();
        var port = Wire.FreePort();
        stranger.Prefixes.Add($"http://127.0.0.1:{port}/");
        stranger.Start();
        _ = ServeAsync(stranger, "<!doctype html><title>stranger</title>");
        await using var context = await Browser.OpenAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync($"http://127.0.0.1:{port}/");

        var answers = new List<int>();
        page.Response += (_, answer) =>
        {
            if (answer.Url.StartsWith(Address.ToString(), StringComparison.Ordinal))
            {
                answers.Add(answer.Status);
            }
        };
        var learnt = await page.EvaluateAsync<string[]>(
            """
            async address => {
              const frame = document.createElement("iframe");
              const loaded = new Promise(done => frame.onload = done);
              frame.src = address;
              document.body.append(frame);
              await loaded;
              const read = await fetch(`${address}status`).then(answer => answer.text(), () => "refused");
              const sent = await fetch(`${address}status`, { mode: "no-cors" })
                .then(answer => answer.type, () => "refused");
              let inside = "refused";
              try { inside = frame.contentWindow.document.title; } catch {}
              return [read, sent, inside];
            }
            """,
            Address.ToString()
        );

        Assert.That(learnt[0], Is.EqualTo("refused"));
        Assert.That(learnt[1], Is.EqualTo("refused"), "the policy about resources keeps it from being embedded");
        Assert.That(learnt[2], Is.EqualTo("refused"));
        Assert.That(answers, Is.Not.Empty.And.All.EqualTo(403));
    }

    [Test]
    public async Task A_name_that_a_stranger_lets_point_here_shows_no_page()
    {
        await WatchAsync(new FakeProcess());
        await using var context = await Browser.OpenAsync();
        var page = await context.NewPageAsync();

        var answer = await page.GotoAsync($"http://{Browser.StrangersName}:{Address.Port}/");

        Assert.That(answer!.Status, Is.EqualTo(421));
        Assert.That(await answer.TextAsync(), Does.StartWith("this host name is not known here"));
    }

    private static async Task ServeAsync(HttpListener listener, string html)
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                context.Response.ContentType = "text/html";
                await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(html));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
