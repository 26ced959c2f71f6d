using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.Faults.Kit;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults;

/// <summary>
/// More sessions than the memory of a small container holds, while bytes flow: it says so, nobody is lost, and whoever
/// waits is served when others leave. Without a limit the system would kill the process.
/// </summary>
public sealed class MemoryTests(TlsBackendSetting backend) : FaultTests(backend)
{
    private const long Limit = 48 * 1024 * 1024;

    // The longest queue of one step: everyone has as long as one is given.
    private const int AtOnce = 50;

    // Twice of what there is room for; without the limit the process does not live to see them all.
    private readonly int _sessions = backend == TlsBackendSetting.OpenSsl ? 1800 : 700;

    [Test, Rounds]
    public async Task Runs_out()
    {
        if (!TunnelProgram.IsNative)
        {
            Assert.Ignore("the shared runtime alone takes a third of it");
        }

        using var group = MemoryGroup.Create(Limit);
        await using (
            var row = await Row.StartAsync(Options with { Under = role => role == "client" ? group.Enter : [] })
        )
        {
            var talks = await row.TalkAsync(bulk: 1, quiet: 0);
            List<Talk> late = [];
            for (var i = 0; i < _sessions; i++)
            {
                late.Add(await row.DialAsync(isBulk: false));
            }

            await row.Pair.Client.LineAsync(line => line.Contains("cannot accept") && line.Contains("no memory"));
            await talks[0].FlowsAsync();
            await talks[0].FinishAsync();
            foreach (var some in late.Chunk(AtOnce))
            {
                await Task.WhenAll(some.Select(talk => FinishAsync(row, talk)));
            }

            await row.IsWholeAsync();
        }
    }

    private static async Task FinishAsync(Row row, Talk application) =>
        await new Conversation(application, await row.Target.OfAsync(application.Session)).FinishAsync();
}
