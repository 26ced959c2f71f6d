using Microsoft.Playwright;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Monitoring;

/// <summary>
/// Chromium without a window, one for all tests of this folder: Debian's, which CI installs, and not one that
/// Playwright would fetch.
/// </summary>
[SetUpFixture]
public sealed class Browser
{
    private const string Program = "chromium";

    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    /// <summary>A name that it takes for this machine's, as if a stranger had let it point here.</summary>
    public const string StrangersName = "stranger.example";

    /// <summary>An empty tab with nothing kept from others.</summary>
    internal static async Task<IBrowserContext> OpenAsync(BrowserNewContextOptions? options = null)
    {
        Needed.Program(Program);
        Assertions.SetDefaultExpectTimeout((float)Wire.Patience.TotalMilliseconds);
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = (Environment.GetEnvironmentVariable("PATH") ?? "")
                    .Split(Path.PathSeparator)
                    .Select(directory => Path.Combine(directory, Program))
                    .First(File.Exists),
                // Its sandbox does not start as root, nor in a container.
                Args = ["--no-sandbox", $"--host-resolver-rules=MAP {StrangersName} 127.0.0.1"],
            }
        );
        return await _browser.NewContextAsync(options);
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
    }
}
