using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Playwright;
using NUnit.Framework;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Monitoring;

/// <summary>The program sends its metrics to collectors: good ones, one that refuses, and one that is silent.</summary>
public sealed class CollectorTests
{
    [Test]
    public async Task It_gets_the_metrics_at_the_interval_and_once_more_at_the_end()
    {
        using var collector = Listen(out var endpoint);
        await using var pair = await StartAsync(endpoint);

        var first = await AnswerAsync(collector, HttpStatusCode.OK);
        pair.Client.Signal("TERM");
        var last = await AnswerAsync(collector, HttpStatusCode.OK);

        Assert.That(first, Does.Contain("tunnel.sessions.active").And.Contain("service.name"));
        Assert.That(last, Does.Contain("tunnel.sessions.accepted"));
        collector.Stop();
        Assert.That(await pair.Client.ExitCodeAsync(), Is.Zero);
        Assert.That(pair.Client.Log, Does.Not.Contain("metrics do not reach"));
    }

    [Test]
    public async Task One_that_refuses_is_named_once_and_so_is_that_it_takes_them_again()
    {
        using var collector = Listen(out var endpoint);
        await using var pair = await StartAsync(endpoint);

        for (var refused = 0; refused < 3; refused++)
        {
            _ = await AnswerAsync(collector, HttpStatusCode.NotFound);
        }

        _ = await AnswerAsync(collector, HttpStatusCode.OK);
        await pair.Client.LineAsync(line => line.Contains($"metrics reach {endpoint} again; 3 exports were lost"));
        Assert.That(
            pair.Client.Log.Split('\n').Where(line => line.Contains("metrics do not reach")),
            Has.One.Contains($"metrics do not reach {endpoint}: it answers 404 Not Found; see that a collector")
        );
        collector.Stop();
    }

    [Test]
    public async Task One_that_is_not_there_is_named()
    {
        var endpoint = $"http://127.0.0.1:{Wire.FreePort()}/v1/metrics";
        await using var pair = await StartAsync(endpoint);
        await pair.Client.LineAsync(line => line.Contains($"metrics do not reach {endpoint}: Connection refused"));
    }

    /// <summary>An export that nobody ends would take ten seconds, and be told as one without an answer.</summary>
    [Test]
    public async Task One_that_is_silent_does_not_hold_up_the_end()
    {
        using var silent = Wire.Listen();
        await using var pair = await StartAsync($"http://{silent.EndPoint()}/v1/metrics");
        using var export = await silent.AcceptAsync();
        pair.Client.Signal("TERM");
        Assert.That(await pair.Client.ExitCodeAsync(), Is.Zero);
        Assert.That(pair.Client.Log, Does.Contain("no answer before the process had to end"));
    }

    /// <summary>A dashboard that others have written shows what it has understood of the export.</summary>
    [Test]
    public async Task A_real_one_understands_them()
    {
        var (web, otlp) = (Wire.FreePort(), Wire.FreePort());
        using var files = new TempDirectory();
        using var dashboard = await Tool.ServeAsync(
            otlp,
            "env",
            $"HOME={files.Path}",
            $"ASPNETCORE_URLS=http://127.0.0.1:{web}",
            $"ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL=http://127.0.0.1:{otlp}",
            "ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS=true",
            Receiver()
        );
        await using var pair = await StartAsync($"http://127.0.0.1:{otlp}/v1/metrics");

        await using var browser = await Browser.OpenAsync();
        var page = await browser.NewPageAsync();
        // It forgets what it was asked for if the first export comes later.
        await Eventually.HoldsAsync(
            async () =>
            {
                await page.GotoAsync($"http://127.0.0.1:{web}/metrics/resource/tunnel");
                return await IsSeenAsync(page.GetByText("tunnel.certificate.expiry"));
            },
            () => "it knows of no tunnel"
        );
        await page.GetByTitle("tunnel.sessions.active").ClickAsync();
        await Assertions.Expect(page.GetByText("Live sessions.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "client" })).ToBeVisibleAsync();
    }

    private static async Task<bool> IsSeenAsync(ILocator what)
    {
        try
        {
            await what.WaitForAsync(new() { Timeout = 3000 });
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static string Receiver()
    {
        if (RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            Needed.Missing("needs a receiver of OTLP for this machine's processor");
        }

        return typeof(CollectorTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(one => one.Key == "OtlpReceiver")
            .Value!;
    }

    private static Task<ProcessPair> StartAsync(string endpoint) =>
        ProcessPair.StartAsync(
            Wire.FreePort(),
            new ProcessPairOptions { ClientMonitor = $", otlp: {{endpoint: '{endpoint}', interval: 1}}" }
        );

    private static HttpListener Listen(out string endpoint)
    {
        var address = $"http://127.0.0.1:{Wire.FreePort()}/";
        endpoint = $"{address}v1/metrics";
        var collector = new HttpListener { Prefixes = { address } };
        collector.Start();
        return collector;
    }

    private static async Task<string> AnswerAsync(HttpListener collector, HttpStatusCode status)
    {
        var context = await collector.GetContextAsync().WaitAsync(Wire.Patience);
        Assert.That(context.Request.ContentType, Is.EqualTo("application/x-protobuf"));
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        context.Response.StatusCode = (int)status;
        context.Response.Close();
        return Encoding.Latin1.GetString(body.ToArray());
    }
}
