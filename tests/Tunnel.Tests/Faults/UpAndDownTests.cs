using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.Faults.Kit;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults;

/// <summary>
/// The target or the server goes down and comes up, again and again, while visitors come and go. Whoever is not there
/// at the moment when it goes down is served, also those who came while it was down: the client holds them within its
/// budget.
/// </summary>
public sealed class UpAndDownTests(TlsBackendSetting backend) : FaultTests(backend)
{
    private const int Visitors = 6;
    private const int Times = 3;

    // How many visits must have gone well before it goes down again.
    private const int VisitsBetween = 20;

    [Test, Rounds]
    public async Task The_target()
    {
        await using var row = await Row.StartAsync(Options);
        row.Target.Dispose();
        var target = await PeerProcess.StartAsync("target", row.Target.Port);
        await VisitAsync(
            row,
            down: () =>
            {
                target.Dispose();
                return Task.CompletedTask;
            },
            up: async () =>
            {
                await row.Pair.Server.LineAsync(line =>
                    line.Contains($":{row.Target.Port}") && line.Contains("refused", StringComparison.OrdinalIgnoreCase)
                );
                target = await PeerProcess.StartAsync("target", row.Target.Port);
            }
        );
        target.Dispose();
        row.Restore(Wire.Listen(row.Target.Port));
        await row.IsWholeAsync();
    }

    [Test, Rounds]
    public async Task The_server()
    {
        await using var row = await Row.StartAsync(Options);
        await VisitAsync(
            row,
            down: async () =>
            {
                row.Pair.Server.Signal("KILL");
                await row.Pair.Server.ExitCodeAsync();
            },
            up: async () =>
            {
                await row.Pair.Client.LineAsync(line => line.Contains("attempt 1 failed: reason=unreachable"));
                await row.Pair.RestartServerAsync();
            }
        );
        await row.IsWholeAsync();
    }

    private static async Task VisitAsync(Row row, Func<Task> down, Func<Task> up)
    {
        var state = new State();
        var visitors = Enumerable.Range(0, Visitors).Select(_ => VisitorAsync(row, state)).ToList();
        for (var time = 0; time < Times; time++)
        {
            var before = state.Served;
            await Eventually.HoldsAsync(
                () => state.Served >= before + VisitsBetween || visitors.Any(visitor => visitor.IsFaulted),
                () => $"{state.Served - before} of {VisitsBetween} visits since it is up"
            );
            Interlocked.Increment(ref state.Falls);
            await down();
            Interlocked.Increment(ref state.Falls);
            await up();
        }

        state.IsOver = true;
        await Task.WhenAll(visitors);
    }

    // One visit after the other. A visit that is under way at a fall may break, and must then break visibly.
    private static async Task VisitorAsync(Row row, State state)
    {
        while (!state.IsOver)
        {
            var falls = Volatile.Read(ref state.Falls);
            var talk = await row.DialAsync(isBulk: false);
            await Eventually.HoldsAsync(
                () => talk.Received == Talk.QuietBytes || talk.Ended.IsCompleted,
                () => $"visit {talk.Session} is neither served nor turned away"
            );
            talk.Finish();
            var end = await Conversation.EndAsync(talk);
            if (talk.Received == Talk.QuietBytes && end.IsInOrder)
            {
                Interlocked.Increment(ref state.Served);
            }
            else
            {
                // An odd number: it was just going down.
                Assert.That(
                    falls % 2 != 0 || Volatile.Read(ref state.Falls) > falls,
                    Is.True,
                    $"visit {talk.Session}: {end}"
                );
            }
        }
    }

    private sealed class State
    {
        public int Falls;
        public int Served;
        public volatile bool IsOver;
    }
}
