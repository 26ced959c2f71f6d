using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using NUnit.Framework;
using Tunnel.Reports;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>The program watched over HTTP, by those that watch programs.</summary>
public sealed class MonitorTests
{
    private const string Http = ", http: {port: 0}";

    private static readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    [TestCaseSource(typeof(TestBackends), nameof(TestBackends.Pairs))]
    public async Task Promtool_accepts_the_metrics_and_they_say_what_happened(BackendPair backends)
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            new ProcessPairOptions
            {
                Backends = backends,
                ServerMonitor = Http,
                ClientMonitor = Http,
            }
        );
        var (application, service) = await pair.OpenAsync(target);
        await application.PassAsync(service, new byte[1000]);
        application.Shutdown(SocketShutdown.Send);
        service.Shutdown(SocketShutdown.Send);

        foreach (var (tunnel, role) in new[] { (pair.Server, "server"), (pair.Client, "client") })
        {
            var metrics = await AddressOfAsync(tunnel, "metrics");
            var text = "";
            await Eventually.HoldsAsync(
                async () => (text = await _http.GetStringAsync(metrics)).Contains("_ended_total{reason=\"eof\""),
                () => text
            );
            await Tool.RunWithAsync(text, "promtool", "check", "metrics");
            Assert.That(text, Does.Contain($"tunnel_sessions_active{{role=\"{role}\",tunnel=\"\"}} 0\n"));
            Assert.That(text, Does.Contain("tunnel_bytes_total{direction=\"sent\",tunnel=\"\"} 1000\n"));
            Assert.That(text, Does.Contain("tunnel_handshakes_total{result=\"full\",tunnel=\"\"} 1\n"));
            Assert.That(text, Does.Contain("tunnel_handshake_duration_seconds_count{tunnel=\"\"} 1\n"));
            Assert.That(text, Does.Contain("tunnel_session_duration_seconds_count{tunnel=\"\"} 1\n"));
            Assert.That(
                text,
                Does.Match("tunnel_certificate_expiry_seconds{file=\"[^\"]+\",subject=\"[^\"]+\",.*} [1-9]")
            );
            await Eventually.HoldsAsync(
                async () => (await _http.GetStringAsync(metrics)).Contains("tunnel_loop_lag_seconds_count"),
                () => "no loop has been asked"
            );
        }
    }

    [Test]
    public async Task Prometheus_scrapes_both_ends()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            new ProcessPairOptions { ServerMonitor = Http, ClientMonitor = Http }
        );
        var sessions = new[] { await pair.OpenAsync(target), await pair.OpenAsync(target) };
        using var files = new TempDirectory();
        files.Write(
            "prometheus.yml",
            "scrape_configs: [{job_name: tunnel, scrape_interval: 1s, static_configs: [{targets: ["
                + $"'{(await AddressOfAsync(pair.Server, "")).Authority}', "
                + $"'{(await AddressOfAsync(pair.Client, "")).Authority}']}}]}}]"
        );
        var port = Wire.FreePort();
        using var prometheus = await Tool.ServeAsync(
            port,
            "prometheus",
            $"--config.file={files.File("prometheus.yml")}",
            $"--storage.tsdb.path={files.File("data")}",
            $"--web.listen-address=127.0.0.1:{port}"
        );

        var answer = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                answer = await _http.GetStringAsync(
                    new Uri($"http://127.0.0.1:{port}/api/v1/query?query=sum(up)%2Bsum(tunnel_sessions_active)")
                );
                // Two that are up, with two sessions each.
                return answer.Contains(",\"6\"]");
            },
            () => answer
        );
        GC.KeepAlive(sessions);
    }

    [Test]
    public async Task A_process_that_drains_is_alive_and_not_ready()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            new ProcessPairOptions { ServerMonitor = Http }
        );
        var (application, service) = await pair.OpenAsync(target);
        await application.PassAsync(service, "words"u8.ToArray());
        var address = await AddressOfAsync(pair.Server, "readyz");
        Assert.That(await _http.GetStringAsync(address), Is.EqualTo("ready\n"));

        pair.Server.Signal("TERM");
        await pair.Server.LineAsync(line => line.Contains("SIGTERM"));
        // What it says may be a tenth of a second old.
        await Eventually.HoldsAsync(
            async () =>
            {
                using var answer = await _http.GetAsync(address);
                return answer.StatusCode == HttpStatusCode.ServiceUnavailable;
            },
            () => "it stays ready"
        );

        Assert.That(await _http.GetStringAsync(new Uri(address, "/livez")), Is.EqualTo("alive\n"));
        var report = JsonSerializer.Deserialize(
            await _http.GetStringAsync(new Uri(address, "/status")),
            ReportJson.Default.ProcessReport
        )!;
        Assert.That((report.State, report.Tunnels[0].SessionsActive), Is.EqualTo((ProcessReport.Draining, 1)));
        application.Shutdown(SocketShutdown.Send);
        service.Shutdown(SocketShutdown.Send);
        Assert.That(await pair.Server.ExitCodeAsync(), Is.Zero);
    }

    private static async Task<Uri> AddressOfAsync(RunningTunnel tunnel, string path)
    {
        const string Words = "status, metrics and a page at ";
        var line = await tunnel.LineAsync(line => line.Contains(Words));
        return new Uri(new Uri(line[(line.IndexOf(Words, StringComparison.Ordinal) + Words.Length)..].Trim()), path);
    }
}
