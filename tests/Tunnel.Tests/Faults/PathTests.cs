using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.Faults.Kit;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults;

/// <summary>
/// The path between client and server is cut without FIN: with bytes under way <c>timeouts.write</c> ends the sessions,
/// idle ones keepalive; who comes meanwhile is held; and a path that comes back in time is used as if nothing had been.
/// </summary>
public sealed class PathTests(TlsBackendSetting backend) : FaultTests(backend)
{
    private const string Short = "timeouts: {write: 2, connect: 2, handshake: 2}";

    private Network _network = null!;

    [SetUp]
    public async Task BuildAsync() => _network = await Network.CreateAsync();

    [TearDown]
    public void Remove() => _network?.Dispose();

    [Test, Rounds]
    public async Task For_longer_than_the_write_timeout_with_bytes_under_way()
    {
        await using var row = await StartAsync(Short);
        var quiet = await row.TalkAsync(bulk: 0);
        await AreTakenAsync(row);
        var bulk = await row.TalkAsync(quiet: 0);

        await _network.CutAsync();

        foreach (var talk in bulk)
        {
            await talk.BreaksAsync();
        }

        foreach (var tunnel in (RunningTunnel[])[row.Pair.Client, row.Pair.Server])
        {
            var closed = (await tunnel.ClosedAsync(Row.FirstSessions + bulk.Length)).Skip(Row.FirstSessions).ToList();
            Assert.That(closed.Select(line => line.Reason), Is.All.EqualTo("write_timeout"), tunnel.Log);
            Assert.That(closed.Select(line => line.Detail), Has.All.Contains("its system does not answer"));
        }

        var held = await row.DialAsync(isBulk: true);
        await row.Pair.Client.LineAsync(line => line.Contains("attempt 1 failed: reason=connect_timeout"));
        await _network.HealAsync();
        await new Conversation(held, await row.Target.OfAsync(held.Session)).FinishAsync();
        foreach (var talk in quiet)
        {
            await talk.FinishAsync();
        }

        await row.IsWholeAsync();
    }

    [Test, Rounds]
    public async Task For_a_moment()
    {
        await using var row = await StartAsync("");
        var talks = await row.TalkAsync();

        await _network.CutAsync();
        await Eventually.SettlesAsync(() => talks.Sum(talk => talk.Application.Sent + talk.Service.Sent));
        await _network.HealAsync();

        foreach (var talk in talks)
        {
            await talk.FlowsAsync();
            await talk.FinishAsync();
        }

        await row.IsWholeAsync();
    }

    [Test, Rounds]
    public async Task While_nothing_is_sent()
    {
        await using var row = await StartAsync("");
        var talks = await row.TalkAsync(bulk: 0);
        await AreTakenAsync(row);

        await _network.CutAsync();
        KeepAlive.Hasten(row.Pair.Client.ProcessId);
        KeepAlive.Hasten(row.Pair.Server.ProcessId);

        foreach (var talk in talks)
        {
            await talk.BreaksAsync();
        }

        await _network.HealAsync();
        await row.IsWholeAsync();
    }

    // Without an acknowledgement the last bytes would still be under way, and not keepalive would count but
    // timeouts.write.
    private static async Task AreTakenAsync(Row row)
    {
        await SendQueues.EmptyOfAsync(row.Pair.Client.ProcessId);
        await SendQueues.EmptyOfAsync(row.Pair.Server.ProcessId);
    }

    private Task<Row> StartAsync(string timeouts) =>
        Row.StartAsync(
            Options with
            {
                Client = timeouts,
                Server = timeouts,
                ServerHost = Network.ServerHost,
                Under = _network.Under,
                MaxElapsedSeconds = 15,
            },
            _network.Applications,
            _network.Services
        );
}
