using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>Both sockets of a session are on one event loop, and sessions are spread evenly over the loops.</summary>
public sealed class LoopTests
{
    private const int Sessions = 40;

    [Test]
    public async Task A_session_is_on_one_loop_and_the_loops_have_equally_many()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            new ProcessPairOptions { CanBeSeen = true }
        );
        int[] processes = [pair.Client.ProcessId, pair.Server.ProcessId];
        var listening = processes.Select(EpollSets.Of).ToArray();
        var open = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => pair.OpenAsync(target)));

        foreach (var (process, id) in processes.Index())
        {
            // A socket is in a set from the first time that it is waited for.
            int[] sockets = [];
            await Eventually.HoldsAsync(
                () => (sockets = Added(listening[process], EpollSets.Of(id))).Sum() == 2 * Sessions,
                () => $"sockets of the loops of process {process}: {string.Join(", ", sockets)}"
            );
            // Not exactly: listeners are sockets too, and a loop that is busy with handshakes gets a few less.
            var share = 2 * Sessions / sockets.Length;
            Assert.That(sockets, Is.All.InRange(share / 2, share * 3 / 2), $"in process {process}");
        }

        foreach (var (application, _) in open)
        {
            var before = processes.Select(EpollSets.Of).ToArray();
            application.Reset();
            foreach (var (process, id) in processes.Index())
            {
                int[] gone = [];
                await Eventually.HoldsAsync(
                    () => (gone = Gone(before[process], EpollSets.Of(id))).Sum() == 2,
                    () => $"sockets of a session that are gone: {string.Join(", ", gone)}"
                );
                Assert.That(gone, Has.Member(2), $"the session was on two loops of process {process}");
            }
        }
    }

    private static int[] Added(HashSet<int>[] before, HashSet<int>[] now) =>
        [.. now.Select((set, loop) => set.Count - before[loop].Count)];

    private static int[] Gone(HashSet<int>[] before, HashSet<int>[] now) =>
        [.. before.Select((set, loop) => set.Count(fd => !now[loop].Contains(fd)))];
}
