using NUnit.Framework;
using Tunnel.Tests.Faults.Kit;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults;

/// <summary>
/// kill -9 of the client or of the server in mid-transfer: both ends see a break and no end, what came before it is
/// what was sent, the other process goes on, and the one that comes back serves at once.
/// </summary>
[TestFixtureSource(typeof(TestBackends), nameof(TestBackends.Pairs))]
[Category(Rounds.Category)]
public sealed class KillTests(BackendPair backends)
{
    private readonly ProcessPairOptions _options = new() { Backends = backends, Verbose = false };

    [Test, Rounds]
    public async Task The_client()
    {
        await using var row = await Row.StartAsync(_options);
        var talks = await row.TalkAsync();

        await KillAsync(row.Pair.Client);

        foreach (var talk in talks)
        {
            await talk.BreaksAsync();
        }

        await AssertBrokenAsync(row.Pair.Server, talks.Length);
        await row.Pair.RestartClientAsync();
        await row.IsWholeAsync();
    }

    [Test, Rounds]
    public async Task The_server()
    {
        await using var row = await Row.StartAsync(_options);
        var talks = await row.TalkAsync();

        await KillAsync(row.Pair.Server);

        foreach (var talk in talks)
        {
            await talk.BreaksAsync();
        }

        await AssertBrokenAsync(row.Pair.Client, talks.Length);
        var held = await row.DialAsync(isBulk: true);
        await row.Pair.Client.LineAsync(line => line.Contains("attempt 1 failed: reason=unreachable"));
        await row.Pair.RestartServerAsync();
        await new Conversation(held, await row.Target.OfAsync(held.Session)).FinishAsync();
        await row.IsWholeAsync();
    }

    private static async Task KillAsync(RunningTunnel tunnel)
    {
        tunnel.Signal("KILL");
        await tunnel.ExitCodeAsync();
    }

    // Behind those that every row begins with, which ended in order.
    private static async Task AssertBrokenAsync(RunningTunnel survivor, int sessions)
    {
        var closed = await survivor.ClosedAsync(Row.FirstSessions + sessions);
        Assert.That(closed.Take(Row.FirstSessions).Select(line => line.Reason), Is.All.EqualTo("eof"));
        Assert.That(closed.Skip(Row.FirstSessions).Select(line => line.Reason), Has.None.EqualTo("eof"));
    }
}
