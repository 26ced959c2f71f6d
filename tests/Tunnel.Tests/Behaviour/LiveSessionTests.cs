using System.Net.Sockets;
using NLog;
using NUnit.Framework;
using Tunnel.Relay;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Behaviour;

/// <summary>The lines about sessions that have not ended, for those who ask for them.</summary>
public sealed class LiveSessionTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly byte[] _words = "some words"u8.ToArray();

    private readonly ManualTime _time = new();

    [Test]
    public async Task A_session_says_who_is_there_when_it_begins()
    {
        await using var pair = await Pair.StartAsync(Options(new ReportSettings(Begins: true)));

        var (application, target) = await pair.OpenAsync();
        var server = await pair.LineAsync(line => IsBegun(line) && TargetOf(line) == $"{pair.ServerSettings.Forward}");
        var client = await pair.LineAsync(line => IsBegun(line) && TargetOf(line) == $"{pair.ClientSettings.Forward}");

        Assert.That($"{server.Properties["identity"]}", Is.EqualTo("client"));
        Assert.That($"{client.Properties["identity"]}", Is.EqualTo("server"));
        Assert.That(client.Properties["remote_id"], Is.EqualTo(server.Properties["session"]));
        foreach (var line in (LogEventInfo[])[client, server])
        {
            Assert.That(line.Level, Is.EqualTo(LogLevel.Info));
            Assert.That($"{line.Properties["tls"]} {line.Properties["cipher"]}", Does.StartWith("TLSv1.3 TLS_"));
            Assert.That(line.Properties, Contains.Key("handshake_ms").And.ContainKey("connect_ms"));
            Assert.That(line.Properties, Does.Not.ContainKey("closed_by"));
        }

        application.Dispose();
        target.Dispose();
    }

    [Test]
    public async Task A_session_that_goes_on_says_how_far_it_has_come_and_nothing_after_its_end()
    {
        await using var pair = await Pair.StartAsync(Options(new ReportSettings(Session: _interval)));
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        await CountedAsync(pair, (_words.Length, 0));

        Assert.That(pair.Lines().Where(IsBegun), Is.Empty, "nobody asked for these");
        Assert.That(Reports(pair, TimeSpan.FromSeconds(9)), Is.Empty, "it is not due yet");
        var first = Reports(pair, TimeSpan.FromSeconds(2));
        Assert.That(first.Select(line => line.Properties["sent"]), Is.EqualTo([10L, 10L]), "one of each side");
        Assert.That(first.Select(line => line.Properties["age_seconds"]), Has.All.InRange(10L, 11L));
        await target.PassAsync(application, _words);
        await CountedAsync(pair, (_words.Length, _words.Length));
        var second = Reports(pair, TimeSpan.FromSeconds(11));
        Assert.That(second.Select(line => line.Properties["received"]), Is.EqualTo([10L, 10L]));

        var session = pair.Server!.Table.Live.Single();
        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);
        await _time.RunUntilAsync(pair.ServerClosedAsync());
        await _time.RunUntilAsync(pair.ClientClosedAsync());
        pair.ForgetLines();
        Assert.That(Reports(pair, TimeSpan.FromSeconds(30)), Is.Empty);
        Assert.That(session.ReportWhenDue(TimeSpan.Zero), Is.False, "a round that was under way");
    }

    [Test]
    public async Task However_many_there_are_a_second_has_few_lines_and_nobody_is_forgotten()
    {
        const int sessions = LiveSessionsLog.MostLinesASecond + 20;
        await using var pair = await Pair.StartAsync(Options(new ReportSettings(Session: _second)));
        var open = new List<(Socket Application, Socket Target)>();
        for (var number = 0; number < sessions; number++)
        {
            open.Add(await pair.OpenAsync());
        }

        await CountedAsync(pair, (0, 0));
        pair.ForgetLines();
        var seconds = Enumerable.Range(0, 5).Select(_ => Reports(pair, _second).Where(IsOfServer).ToList()).ToList();

        Assert.That(seconds.Select(lines => lines.Count), Has.All.AtMost(LiveSessionsLog.MostLinesASecond));
        var heard = seconds.SelectMany(lines => lines).Select(line => line.Properties["session"]).Distinct().Count();
        Assert.That(heard, Is.EqualTo(sessions));
        open.ForEach(one => one.Application.Dispose());
        open.ForEach(one => one.Target.Dispose());

        bool IsOfServer(LogEventInfo line) => TargetOf(line) == $"{pair.ServerSettings.Forward}";
    }

    /// <summary>Both sides relay, and have counted what has passed.</summary>
    private static Task CountedAsync(Pair pair, (long, long) bytes) =>
        Eventually.HoldsAsync(
            () =>
                pair.Server!.Table.Bytes == bytes
                && pair.Client.Table.Bytes == bytes
                && pair.Server.Table.Records()
                    .Concat(pair.Client.Table.Records())
                    .All(session => session.State == SessionState.Relaying),
            () => $"{pair.Server!.Table.Bytes} {pair.Client.Table.Bytes}"
        );

    private PairOptions Options(ReportSettings reports) => new() { Time = _time, Reports = reports };

    private List<LogEventInfo> Reports(Pair pair, TimeSpan within)
    {
        _time.Advance(within);
        var lines = pair.Lines().Where(line => line.Properties.ContainsKey("age_seconds")).ToList();
        pair.ForgetLines();
        return lines;
    }

    private static bool IsBegun(LogEventInfo line) => line.FormattedMessage.Contains(" begins: ");

    private static string? TargetOf(LogEventInfo line) => line.Properties["target"]?.ToString();
}
