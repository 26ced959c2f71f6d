using Tunnel.Reports;

namespace Tunnel.Cli.Top;

/// <summary>What two answers of a process, one after the other, come to.</summary>
internal sealed record Sight
{
    public required ProcessReport Report { get; init; }

    public required IReadOnlyList<Row> Rows { get; init; }

    /// <summary>Live sessions; there may be fewer rows.</summary>
    public required int Total { get; init; }

    /// <summary>Bytes a second of all tunnels towards the far side; null: not known yet.</summary>
    public double? SentRate { get; init; }

    /// <summary>Bytes a second from there.</summary>
    public double? ReceivedRate { get; init; }

    /// <summary>Another process than the one that gave the answer before.</summary>
    public bool IsAnotherProcess { get; init; }

    /// <param name="before">The answer before this one; null: there was none.</param>
    public static Sight Of(Look? before, Look now)
    {
        var another = before is not null && before.Report.StartedAt != now.Report.StartedAt;
        before = another ? null : before;
        var known = before?.Sessions.Sessions.ToLookup(session => session.Id, StringComparer.Ordinal);
        // A list that was cut short does not say what was not there.
        var knewAll = before is not null && before.Sessions.Sessions.Count >= before.Sessions.Total;
        return new Sight
        {
            Report = now.Report,
            Total = now.Sessions.Total,
            Rows =
            [
                .. now.Sessions.Sessions.Select(session =>
                    Row.Of(session, known?[session.Id].FirstOrDefault(), knewAll)
                ),
            ],
            SentRate = Rate(before, now, tunnel => tunnel.BytesSent),
            ReceivedRate = Rate(before, now, tunnel => tunnel.BytesReceived),
            IsAnotherProcess = another,
        };
    }

    // A reload may have brought tunnels, which began with nothing, and removed others.
    private static double? Rate(Look? before, Look now, Func<TunnelReport, long> bytes)
    {
        if (before is null || now.At <= before.At)
        {
            return null;
        }

        var old = before.Report.Tunnels.ToLookup(tunnel => (tunnel.Name, tunnel.Role));
        var moved = now.Report.Tunnels.Sum(tunnel =>
            Math.Max(0, bytes(tunnel) - old[(tunnel.Name, tunnel.Role)].Sum(bytes))
        );
        return moved / (now.At - before.At).TotalSeconds;
    }
}
