using System.Collections.Concurrent;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Tunnel.Tests.Monitoring;

/// <summary>The page in a browser, as a user sees it; and whatever it did that it must not do.</summary>
internal sealed class LivePage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = [];

    private LivePage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _faults.Enqueue(error);
        page.Dialog += (_, dialog) =>
        {
            _faults.Enqueue($"a dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Console += (_, line) =>
        {
            // What the network does to it, it has to bear.
            if (line.Type is "error" or "warning" && !line.Text.StartsWith("Failed to load", StringComparison.Ordinal))
            {
                _faults.Enqueue(line.Text);
            }
        };
    }

    public IPage Page { get; }

    public ILocator Verdict => Page.Locator("#verdict");

    public ILocator Findings => Page.Locator("#findings li");

    public ILocator Sessions => Page.Locator("#sessions tbody tr");

    /// <summary>Opens it.</summary>
    /// <param name="prepare">What is done before.</param>
    public static async Task<LivePage> OpenAsync(
        Uri address,
        BrowserNewContextOptions? options = null,
        Func<IPage, Task>? prepare = null
    )
    {
        var context = await Browser.OpenAsync(options);
        var page = new LivePage(context, await context.NewPageAsync());
        await (prepare?.Invoke(page.Page) ?? Task.CompletedTask);
        await page.Page.GotoAsync(address.ToString());
        return page;
    }

    /// <summary>The cells of a column, from above.</summary>
    public Task<string[]> ColumnAsync(string title) =>
        Page.EvaluateAsync<string[]>(
            """
            title => {
              const { tHead, tBodies: [body] } = document.getElementById("sessions");
              const column = [...tHead.rows[0].cells].findIndex(cell => cell.textContent === title);
              return [...body.rows].map(row => row.cells[column].textContent);
            }
            """,
            title
        );

    /// <summary>A row of a tunnel's card.</summary>
    public ILocator Fact(string name) => Page.Locator($"dt:text-is('{name}') + dd");

    /// <summary>No script but its own has run, nothing was fetched from elsewhere, and nothing has failed.</summary>
    public void IsClean() => Assert.That(_faults, Is.Empty);

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
