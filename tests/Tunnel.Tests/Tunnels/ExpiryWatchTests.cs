using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Text;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Tunnels;

/// <summary>A process that runs for months says in time which of its files will stop it.</summary>
[LeavesNothing]
public sealed class ExpiryWatchTests
{
    [Test]
    public async Task A_certificate_of_ours_is_warned_about_while_the_process_runs()
    {
        var time = new ManualTime();
        var now = time.GetUtcNow();
        using var files = new TempDirectory();
        var leaf = new TestLeaf { NotBefore = now.AddDays(-1), NotAfter = now.AddDays(15).AddHours(1) };
        var root = TestCa.CreateRoot();
        var pair = PairFiles.Write(files, new PairOptions { Root = root, ServerCertificate = root.Issue(leaf) });
        var settings = new TunnelSettings(
            TunnelRole.Server,
            new ValueList<Address>([new HostPort("127.0.0.1", 0)]),
            new HostPort("127.0.0.1", 1),
            pair.ServerTls,
            new TimeoutSettings(),
            Reconnect: null
        );
        using var candidate = TunnelCandidate.Of(settings, TlsProfiles.Of(settings), TestBackends.Server, time: time);
        using var engine = new Engine(time, OpenFiles.Process);
        var member = new TunnelMember(candidate, engine, new ReportSettings());
        var watch = new ExpiryWatch(engine, () => [member]);
        var log = CapturedLog.Listen();

        watch.Start();
        time.Advance(TimeSpan.FromHours(12));
        Assert.That(Lines(), Is.Empty, "the command line has told of it at the start");
        await AfterAsync(1, "in 13 days");
        await AfterAsync(7, "in 6 days");
        await AfterAsync(6, "in 23 hours");
        watch.Stop();
        CapturedLog.Leave(log);

        async Task AfterAsync(int days, string left)
        {
            time.Advance(TimeSpan.FromDays(days));
            var lines = new List<string>();
            // The looks of these hours come on the thread pool.
            await Eventually.HoldsAsync(
                () =>
                {
                    lines.AddRange(Lines());
                    return lines.Count > 0;
                },
                () => $"no warning {left}"
            );
            Assert.That(lines.Single(), Does.StartWith($"{pair.ServerCert}: ").And.Contains(" expires on 2026-01-17"));
        }

        IEnumerable<string> Lines() =>
            CapturedLog.Come(log).Select(line => line.FormattedMessage).Where(text => text.Contains(pair.ServerCert));
    }
}
