using System.Text.RegularExpressions;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Monitoring;

/// <summary>The list of metrics in <c>docs/monitoring.md</c> is the list of metrics.</summary>
public sealed partial class DocumentTests : WatchedOverHttp
{
    // Only sessions of this program fill them; MonitorTests sees them.
    private static readonly string[] _ofSessions =
    [
        "tunnel_session_duration_seconds",
        "tunnel_connect_duration_seconds",
        "tunnel_handshake_duration_seconds",
    ];

    [Test]
    public async Task Every_metric_is_in_the_document_and_no_other()
    {
        await WatchAsync(new FakeProcess());
        // Loops are asked once a second, where there are any.
        HashSet<string> told =
        [
            .. Type().Matches((await GetAsync("/metrics")).Body).Select(line => line.Groups[1].Value),
            .. _ofSessions,
        ];
        told.Add("tunnel_loop_lag_seconds");
        told.Remove("target_info");

        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "monitoring.md"));
        Assert.That(
            Row()
                .Matches(document)
                .SelectMany(row => Name().Matches(row.Groups[1].Value))
                .Select(name => name.Groups[1].Value),
            Is.EquivalentTo(told)
        );
    }

    [GeneratedRegex("^# TYPE (\\S+) ", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex("^\\| (`tunnel_[^|]*) \\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(tunnel_[a-z_]+)`")]
    private static partial Regex Name();
}
