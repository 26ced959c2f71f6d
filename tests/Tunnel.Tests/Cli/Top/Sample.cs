using Tunnel.Cli.Top;
using Tunnel.Relay;
using Tunnel.Reports;
using Tunnel.Sessions;

namespace Tunnel.Tests.Cli.Top;

/// <summary>Answers of a process that does not exist.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static SessionRecord Session(int number, double ageMs = 60_000, long sent = 0, long received = 0) =>
        new()
        {
            Id = $"3f2a-{number}",
            Tunnel = number % 2 == 0 ? "pg" : "redis",
            State = SessionState.Relaying,
            Peer = $"10.0.0.{number % 250}:{40_000 + number}",
            Identity = $"app-{number}",
            Target = "127.0.0.1:5432",
            Tls = "TLSv1.3",
            Group = "x25519",
            AgeMs = ageMs,
            Sent = sent,
            Received = received,
        };

    public static Look Look(double atSeconds, params SessionRecord[] sessions) => Look(Report(), atSeconds, sessions);

    public static Look Look(ProcessReport report, double atSeconds, params SessionRecord[] sessions) =>
        new(report.Judged(), new SessionList(sessions.Length, sessions), TimeSpan.FromSeconds(atSeconds));

    public static ProcessReport Report(params TunnelReport[] tunnels) =>
        new()
        {
            Version = "1.2.3",
            State = ProcessReport.Accepting,
            Generation = 4,
            StartedAt = Start,
            UptimeSeconds = 273_600,
            Reloads = new ReloadsReport(3, 0),
            Resources = new ResourcesReport(100, 20_000, 54 << 20, 1 << 20),
            Tunnels = tunnels.Length > 0 ? tunnels : [Server()],
        };

    public static TunnelReport Server(string? name = "pg", long sent = 0, long received = 0) =>
        new()
        {
            Name = name,
            Role = "server",
            State = ProcessReport.Accepting,
            Backend = "OpenSSL/3.0.22",
            SessionsAccepted = 1234,
            SessionsFailed = 5,
            BytesSent = sent,
            BytesReceived = received,
        };

    /// <summary>A model that has seen two answers, a second apart.</summary>
    public static TopModel Model(params (SessionRecord Before, SessionRecord Now)[] sessions)
    {
        var model = new TopModel();
        model.Take(
            Sight.Of(Look(0, [.. sessions.Select(one => one.Before)]), Look(1, [.. sessions.Select(one => one.Now)]))
        );
        return model;
    }

    /// <summary>Sessions 1 to <paramref name="count"/>; each has sent as many KiB in the last second.</summary>
    public static TopModel Busy(int count) =>
        Model([
            .. Enumerable.Range(1, count).Select(number => (Session(number), Session(number, 61_000, number * 1024L))),
        ]);

    public static ConsoleKeyInfo Key(char letter) => new(letter, 0, false, false, false);

    public static ConsoleKeyInfo Key(ConsoleKey key) => new('\0', key, false, false, false);

    /// <summary>Letters one after the other.</summary>
    public static TopWish Press(this TopModel model, string letters)
    {
        var wish = TopWish.Nothing;
        foreach (var letter in letters)
        {
            wish = TopKeys.Press(model, Key(letter));
        }

        return wish;
    }

    public static TopWish Press(this TopModel model, ConsoleKey key) => TopKeys.Press(model, Key(key));

    /// <summary>The screen without its looks.</summary>
    public static string[] Show(this TopModel model, int width, int height) =>
        [.. Screen.Of(model, width, height).Select(line => line.ToString().TrimEnd())];
}
