using System.Diagnostics;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.Faults.Kit;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults;

/// <summary>
/// A process is stopped (SIGSTOP) in mid-transfer and goes on later, as when its machine was suspended: it blames
/// nobody for the time in which it did not run itself, and is given up by others only after their own timeouts.
/// </summary>
public sealed class SuspendTests(TlsBackendSetting backend) : FaultTests(backend)
{
    private static readonly TimeSpan _longerThanTimeouts = TimeSpan.FromSeconds(3.5);

    [Test, Rounds]
    public async Task For_longer_than_its_own_timeouts([Values] bool isClient)
    {
        const string Timeouts = "timeouts: {write: 1.5, idle: 1.5, half_close: 1.5}";
        await using var row = await Row.StartAsync(
            isClient ? Options with { Client = Timeouts } : Options with { Server = Timeouts }
        );
        // Quiet ones would be idle in earnest.
        var talks = await row.TalkAsync(quiet: 0);
        var stopped = isClient ? row.Pair.Client : row.Pair.Server;

        var clock = Stopwatch.StartNew();
        stopped.Signal("STOP");
        await Eventually.HoldsAsync(() => clock.Elapsed > _longerThanTimeouts, () => "the clock stands still");
        stopped.Signal("CONT");

        foreach (var talk in talks)
        {
            await talk.FlowsAsync();
        }

        foreach (var talk in talks)
        {
            await talk.FinishAsync();
        }

        await row.IsWholeAsync();
    }

    [Test, Rounds]
    public async Task Until_the_others_give_it_up([Values] bool isClient)
    {
        const string Timeouts = "timeouts: {write: 0.5, connect: 1, handshake: 1}";
        await using var row = await Row.StartAsync(
            isClient ? Options with { Server = Timeouts } : Options with { Client = Timeouts }
        );
        var talks = await row.TalkAsync(bulk: 3, quiet: 3);
        var (stopped, other) = isClient ? (row.Pair.Client, row.Pair.Server) : (row.Pair.Server, row.Pair.Client);

        stopped.Signal("STOP");
        var bulk = talks.Where(talk => talk.Application.IsBulk).ToList();
        foreach (var talk in bulk)
        {
            await Conversation.BreaksAsync(isClient ? talk.Service : talk.Application);
        }

        var closed = (await other.ClosedAsync(Row.FirstSessions + bulk.Count)).Skip(Row.FirstSessions).ToList();
        Assert.That(closed.Select(line => line.Reason), Is.All.EqualTo("write_timeout"), other.Log);
        stopped.Signal("CONT");

        // The quiet ones had nothing to wait for.
        foreach (var talk in bulk)
        {
            await talk.BreaksAsync();
        }

        foreach (var talk in talks.Except(bulk))
        {
            await talk.FinishAsync();
        }

        await row.IsWholeAsync();
    }

    [Test, Rounds]
    public async Task The_target_for_a_while()
    {
        await using var row = await Row.StartAsync(Options);
        row.Target.Dispose();
        using var target = await PeerProcess.StartAsync("target", row.Target.Port);
        var talks = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => row.DialAsync(isBulk: number < 3)));
        await ReceiveMoreAsync(talks);

        target.Signal("STOP");
        // Who comes now waits in the target's backlog.
        var late = await row.DialAsync(isBulk: true);
        await Eventually.SettlesAsync(() => talks.Sum(talk => talk.Sent + talk.Received));
        target.Signal("CONT");

        await ReceiveMoreAsync([.. talks.Where(talk => talk.IsBulk), late]);
        Assert.That(talks.Any(talk => talk.Ended.IsCompleted), Is.False);
        target.Dispose();
        row.Restore(Wire.Listen(row.Target.Port));
        await row.IsWholeAsync();
    }

    private static async Task ReceiveMoreAsync(Talk[] talks)
    {
        foreach (var talk in talks)
        {
            var before = talk.IsBulk ? talk.Received : 0;
            await Eventually.HoldsAsync(() => talk.Received > before, () => $"session {talk.Session} stands still");
        }
    }
}
