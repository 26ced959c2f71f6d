using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.Faults.Kit;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults;

/// <summary>
/// kill -9 of the applications or of the target in mid-transfer. Their system may send FIN for them first, as it does
/// for plain TCP; whoever sends to them still hears that nobody is there.
/// </summary>
public sealed class PeerKillTests(TlsBackendSetting backend) : FaultTests(backend)
{
    private const int Bulk = 3;
    private const int Quiet = 5;

    [Test, Rounds]
    public async Task The_applications()
    {
        await using var row = await Row.StartAsync(Options);
        var applications = await PeerProcess.StartAsync("applications", row.Pair.Port, Bulk, Quiet);
        var talks = await Task.WhenAll(
            Enumerable.Range(PeerProgram.FirstSession, Bulk + Quiet).Select(row.Target.OfAsync)
        );
        await FlowAsync(talks);

        applications.Dispose();

        await AreToldAsync(talks);
        var closed = (await row.Pair.Client.ClosedAsync(Row.FirstSessions + talks.Length))
            .Skip(Row.FirstSessions)
            .ToList();
        Assert.That(closed.Select(line => line.ClosedBy), Is.All.EqualTo("application"));
        Assert.That(closed.Count(line => line.Reason == "eof"), Is.LessThanOrEqualTo(Quiet));
        await row.IsWholeAsync();
    }

    [Test, Rounds]
    public async Task The_target()
    {
        await using var row = await Row.StartAsync(Options);
        row.Target.Dispose();
        using var first = await PeerProcess.StartAsync("target", row.Target.Port);
        var talks = await Task.WhenAll(
            Enumerable.Range(0, Bulk + Quiet).Select(number => row.DialAsync(number < Bulk))
        );
        await FlowAsync(talks);

        first.Dispose();

        await AreToldAsync(talks);
        var held = await row.DialAsync(isBulk: true);
        await row.Pair.Client.LineAsync(line => line.Contains("attempt 1 failed") && line.Contains("target"));
        await row.Pair.Server.LineAsync(line =>
            line.Contains($"127.0.0.1:{row.Target.Port}") && line.Contains(" WARN ")
        );
        row.Restore(Wire.Listen(row.Target.Port));
        await new Conversation(held, await row.Target.OfAsync(held.Session)).FinishAsync();
        await row.IsWholeAsync();
    }

    private static async Task FlowAsync(Talk[] talks)
    {
        foreach (var talk in talks)
        {
            await Eventually.HoldsAsync(
                () => talk.Received >= Talk.QuietBytes,
                () => $"session {talk.Session} does not flow"
            );
        }
    }

    private static async Task AreToldAsync(Talk[] talks)
    {
        foreach (var talk in talks)
        {
            var end = await Conversation.EndAsync(talk);
            if (talk.IsBulk)
            {
                Assert.That(end.IsInOrder, Is.False, $"session {talk.Session}: {end}");
                Assert.That(
                    end.Receiving ?? end.Sending,
                    Is.EqualTo(SocketError.ConnectionReset).Or.EqualTo(SocketError.Shutdown)
                );
            }
        }
    }
}
