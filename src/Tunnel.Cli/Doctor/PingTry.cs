using System.Net;
using Tunnel.Opening;

namespace Tunnel.Cli.Doctor;

/// <summary>One try of <c>tunnel ping</c>.</summary>
/// <param name="Number">From 1; with several servers each has one of this number.</param>
/// <param name="Server">As the configuration has it.</param>
/// <param name="Address">Which of its addresses; null: the name has none.</param>
/// <param name="NameTime">What the lookup took.</param>
/// <param name="Report">Of the visit; null: there was none.</param>
/// <param name="FailedAt">Null: it came through.</param>
/// <param name="Detail">Why it failed; null: it has not.</param>
internal sealed record PingTry(
    int Number,
    string Server,
    EndPoint? Address,
    TimeSpan NameTime,
    VisitReport? Report,
    Rung? FailedAt,
    string? Detail
)
{
    /// <summary>A name that leads nowhere.</summary>
    public static PingTry Unnamed(int number, string server, string fault) =>
        new(number, server, null, TimeSpan.Zero, null, Rung.Name, fault);

    public static PingTry Of(int number, string server, TimeSpan nameTime, VisitReport report) =>
        report.Stage == VisitStage.Served
            ? new(number, server, report.Address, nameTime, report, null, null)
            : new(number, server, report.Address, nameTime, report, RungOf(report.Stage), report.Detail);

    /// <summary>
    /// The server's own part; a server that is no tunnel says nothing, and that takes as long as we wait.
    /// </summary>
    public TimeSpan? Answer => Report is { IsTunnel: true } ? Report.Answering : null;

    /// <summary>From the question for the name to the server's answer.</summary>
    public TimeSpan Total =>
        NameTime
        + (Report?.Connecting ?? TimeSpan.Zero)
        + (Report?.Shaking ?? TimeSpan.Zero)
        + (Answer ?? TimeSpan.Zero);

    private static Rung RungOf(VisitStage stage) =>
        stage switch
        {
            VisitStage.Connect => Rung.Tcp,
            VisitStage.Handshake => Rung.Tls,
            VisitStage.Verdict => Rung.Verdict,
            _ => Rung.Target,
        };
}
