using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Load.Endurance;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>Applications, a client, a server and a target: the two in the middle are the program.</summary>
internal sealed class Row : IAsyncDisposable
{
    private const int BulkSessions = 3;
    private const int QuietSessions = 5;

    /// <summary>How many sessions have ended when a row has started.</summary>
    public const int FirstSessions = BulkSessions + QuietSessions;

    // One more when a log file or a name is looked up just then.
    private const int FilesOfAMoment = 2;

    private readonly IPlace _place;
    private (int Client, int Server) _filesAtRest;
    private static int _sessions;

    private Row(IPlace place, TalkTarget target, ProcessPair pair) => (_place, Target, Pair) = (place, target, pair);

    public TalkTarget Target { get; private set; }

    public ProcessPair Pair { get; }

    /// <summary>Starts all of it, and notes what the two processes hold when they have served somebody.</summary>
    public static Task<Row> StartAsync(ProcessPairOptions options) =>
        StartAsync(options, Loopback.Instance, Loopback.Instance);

    /// <param name="applications">Where the applications have their sockets.</param>
    /// <param name="services">Where the target has its own.</param>
    public static async Task<Row> StartAsync(ProcessPairOptions options, IPlace applications, IPlace services)
    {
        var target = new TalkTarget(services.Listen());
        var pair = await ProcessPair.StartAsync(target.Port, options with { CanBeSeen = true });
        var row = new Row(applications, target, pair);
        foreach (var talk in await row.TalkAsync())
        {
            await talk.FinishAsync();
        }

        row._filesAtRest = await row.SettledFilesAsync();
        return row;
    }

    /// <summary>Opens bulk and quiet sessions and waits until they carry bytes.</summary>
    public async Task<Conversation[]> TalkAsync(int bulk = BulkSessions, int quiet = QuietSessions)
    {
        var talks = await Task.WhenAll(Enumerable.Range(0, bulk + quiet).Select(number => OpenAsync(number < bulk)));
        foreach (var talk in talks)
        {
            await talk.FlowsAsync();
        }

        return talks;
    }

    /// <summary>An application's end alone: it may have to wait for the rest.</summary>
    public async Task<Talk> DialAsync(bool isBulk)
    {
        var socket = _place.NewSocket();
        await socket.ConnectAsync(Pair.Client.EndPoint).WaitAsync(Wire.Patience);
        return Talk.Begin(socket, Interlocked.Increment(ref _sessions), isBulk);
    }

    /// <summary>New sessions of all kinds are served from the first byte to the last.</summary>
    public async Task ServesAsync()
    {
        foreach (var talk in await TalkAsync())
        {
            await talk.FinishAsync();
        }
    }

    /// <summary>
    /// Nothing is left of what was: new sessions are served, the descriptors are those of a process at rest, and no
    /// line of either log tells of a fault of its own.
    /// </summary>
    public async Task IsWholeAsync()
    {
        await ServesAsync();
        await Eventually.HoldsAsync(
            () => FilesOf(Pair.Client) <= _filesAtRest.Client + FilesOfAMoment,
            () => $"the client has {FilesOf(Pair.Client)} files, and had {_filesAtRest.Client}"
        );
        await Eventually.HoldsAsync(
            () => FilesOf(Pair.Server) <= _filesAtRest.Server + FilesOfAMoment,
            () => $"the server has {FilesOf(Pair.Server)} files, and had {_filesAtRest.Server}"
        );
        AssertNoFault(Pair.Client);
        AssertNoFault(Pair.Server);
    }

    /// <summary>The target is up again, after it was disposed of.</summary>
    public void Restore(Socket listener) => Target = new TalkTarget(listener);

    public async ValueTask DisposeAsync()
    {
        Target.Dispose();
        await Pair.DisposeAsync();
    }

    private async Task<Conversation> OpenAsync(bool isBulk)
    {
        var application = await DialAsync(isBulk);
        return new Conversation(application, await Target.OfAsync(application.Session));
    }

    private static void AssertNoFault(RunningTunnel tunnel) =>
        Assert.That(
            tunnel.Log.Replace("alert internal_error", "", StringComparison.Ordinal),
            Does.Not.Contain(" ERROR ").And.Not.Contain(" FATAL ").And.Not.Contain("internal_error")
        );

    private async Task<(int Client, int Server)> SettledFilesAsync()
    {
        await Eventually.SettlesAsync(() => FilesOf(Pair.Client));
        await Eventually.SettlesAsync(() => FilesOf(Pair.Server));
        return (FilesOf(Pair.Client), FilesOf(Pair.Server));
    }

    private static int FilesOf(RunningTunnel tunnel) => Footprint.Of(tunnel.ProcessId).Files;
}
