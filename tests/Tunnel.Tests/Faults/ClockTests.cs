using System.Globalization;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.Faults.Kit;
using Tunnel.Tests.RealPrograms;

namespace Tunnel.Tests.Faults;

/// <summary>
/// The wall clock of both processes jumps while bytes flow. Sessions and timeouts go by the monotonic clock and do not
/// notice; certificates and log lines go by the wall clock, whatever it says.
/// </summary>
public sealed class ClockTests(TlsBackendSetting backend) : FaultTests(backend)
{
    private const int DaysInTenYears = 3652;

    // Both would fire at once by a clock that jumps a day forward.
    private const string Timeouts = "timeouts: {idle: 15, write: 15, half_close: 15}";

    private WallClock _clock = null!;

    [SetUp]
    public async Task MakeAsync() => _clock = await WallClock.CreateAsync();

    [TearDown]
    public void Remove() => _clock?.Dispose();

    [Test, Rounds]
    public async Task By_a_day([Values(1, -1)] int days)
    {
        await using var row = await StartAsync(Timeouts);
        var talks = await row.TalkAsync();

        Jump(days);

        await FlowAsync(talks);
        await row.ServesAsync();
        var stamp = (DateTime.UtcNow + TimeSpan.FromDays(days)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.That(row.Pair.Client.Log.Split('\n')[^1], Does.Contain(stamp), "the log goes by the wall clock");
        await GoOnAsync(row, talks);
    }

    [Test, Rounds]
    public async Task By_ten_years([Values(1, -1)] int sign)
    {
        await using var row = await StartAsync("");
        var talks = await row.TalkAsync();

        Jump(sign * DaysInTenYears);

        var stranger = await row.DialAsync(isBulk: false);
        await Conversation.BreaksAsync(stranger);
        var words = sign > 0 ? "expired on" : "is not valid before";
        await row.Pair.Client.LineAsync(line => line.Contains(words, StringComparison.Ordinal));
        await GoOnAsync(row, talks);
    }

    [Test, Rounds]
    public async Task While_a_timeout_runs([Values(1, -1)] int days)
    {
        await using var row = await StartAsync("timeouts: {idle: 2}");
        var talks = await row.TalkAsync(bulk: 0, quiet: 1);

        Jump(days);

        await talks[0].BreaksAsync();
        var reasons = (await row.Pair.Client.ClosedAsync(Row.FirstSessions + 1)).Concat(
            await row.Pair.Server.ClosedAsync(Row.FirstSessions + 1)
        );
        Assert.That(reasons.Select(line => line.Reason), Has.Member("idle_timeout"));
        await row.IsWholeAsync();
    }

    private void Jump(int days) => _clock.Jump(TimeSpan.FromDays(days));

    /// <summary>The clock is right again, and everything ends in order.</summary>
    private async Task GoOnAsync(Row row, Conversation[] talks)
    {
        Jump(0);
        await FlowAsync(talks);
        foreach (var talk in talks)
        {
            await talk.FinishAsync();
        }

        await row.IsWholeAsync();
    }

    private static async Task FlowAsync(Conversation[] talks)
    {
        foreach (var talk in talks)
        {
            await talk.FlowsAsync();
        }
    }

    private Task<Row> StartAsync(string timeouts) =>
        Row.StartAsync(Options with { Client = timeouts, Server = timeouts, Under = _ => _clock.Under });
}
