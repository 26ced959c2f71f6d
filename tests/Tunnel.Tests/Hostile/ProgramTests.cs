using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>The same against the program as it ships: it lives, serves, and gives everything back.</summary>
public sealed class ProgramTests(BackendPair backends) : HostileTests(backends)
{
    private const long MiB = 1024 * 1024;

    // Of both processes together: what all that code has brought in, and gaps in the heap of the C library.
    private const long MostLeftBehind = 24 * MiB;

    private const int Strangers = 300;
    private const int AtOnce = 150;
    private const int Tampers = 200;
    private const string Timeouts = "timeouts: {handshake: 1, connect: 1}";

    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task It_outlives_all_of_them_and_ends_in_order()
    {
        foreach (var seed in HostileSeed.Rounds())
        {
            await RunAsync(new Random(seed));
        }
    }

    private async Task RunAsync(Random random)
    {
        using var echo = new EchoService();
        using var middle = new Middle();
        await using var pair = await ProcessPair.StartAsync(
            echo.Port,
            new ProcessPairOptions
            {
                Backends = Backends,
                RemotePort = middle.Port,
                Server = Timeouts,
                Client = Timeouts,
                CanBeSeen = true,
                Verbose = false,
            }
        );
        middle.Server = new IPEndPoint(IPAddress.Loopback, pair.Server.EndPoint.Port);
        RunningTunnel[] processes = [pair.Server, pair.Client];
        // What the first ones bring in stays.
        await AttackAsync(pair, middle, random, strangers: AtOnce, tampers: 20);
        await ServeAsync(pair);
        var (memory, sockets) = (processes.Sum(process => process.MemoryBytes), Sockets(processes));

        await AttackAsync(pair, middle, random, Strangers, Tampers);

        await ServeAsync(pair);
        await Eventually.HoldsAsync(
            () => Sockets(processes) <= sockets,
            () => $"the processes had {sockets} sockets and have {Sockets(processes)}"
        );
        if (TunnelProgram.IsNative)
        {
            await Eventually.HoldsAsync(
                () => processes.Sum(process => process.MemoryBytes) - memory < MostLeftBehind,
                () => $"the pair had {memory >> 10} KiB and has {processes.Sum(process => process.MemoryBytes) >> 10}"
            );
        }

        foreach (var process in processes)
        {
            await Eventually.SettlesAsync(() => Stock.ProcessorTicks(process.ProcessId));
            process.Signal("TERM");
            Assert.That(await process.ExitCodeAsync(), Is.Zero, process.Log);
            Assert.That(process.Log, Does.Not.Contain(" ERROR ").And.Not.Contain("Unhandled"));
        }
    }

    private static async Task AttackAsync(ProcessPair pair, Middle middle, Random random, int strangers, int tampers)
    {
        var words = FirstWords.All(random).ToArray();
        foreach (
            var group in Enumerable.Range(0, strangers).Select(_ => words[random.Next(words.Length)]).Chunk(AtOnce)
        )
        {
            await Task.WhenAll(group.Select(word => VisitAsync(pair.Server.EndPoint, word)));
        }

        var forged = Forgery.Kinds(random).ToArray();
        for (var i = 0; i < tampers; i++)
        {
            // Few of those that take a deadline: the clock is the real one.
            var kind =
                i % 3 == 0 ? TamperKind.CutFin
                : i % 3 == 1 ? TamperKind.CutRst
                : TamperKind.Insert;
            var foreign = kind == TamperKind.Insert ? forged[random.Next(forged.Length)].Bytes : [];
            middle.Tamper = new Tamper(kind, random.Next(2) == 0, random.Next(12), random.Next(1200), foreign);
            var heard = await ExchangeAsync(pair);
            Assert.That(
                heard.IsTrue(HostileWords.OfApplication),
                Is.True,
                $"{middle.Tamper}: the application heard {heard}"
            );
        }

        middle.Tamper = Tamper.None;
    }

    private static async Task<Heard> ExchangeAsync(ProcessPair pair)
    {
        try
        {
            using var application = await pair.DialAsync();
            return await Heard.ExchangeAsync(application, HostileWords.OfApplication).WaitAsync(Wire.Patience);
        }
        catch (SocketException e)
        {
            return new Heard([], e.SocketErrorCode);
        }
    }

    private static async Task VisitAsync(IPEndPoint server, FirstWord word)
    {
        using var stranger = await Wire.DialAsync(server);
        try
        {
            await stranger.SendAllAsync(word.Bytes);
            await stranger.SendAllAsync(word.Behind ?? []);
            // He stays until the server has had enough of him.
            await stranger.ReadToEndAsync();
        }
        catch (SocketException)
        {
            // RST.
        }
    }

    private static async Task ServeAsync(ProcessPair pair)
    {
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        Assert.That(await application.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        application.Shutdown(SocketShutdown.Send);
        Assert.That(await application.EndAsync(), Is.Null);
    }

    private static int Sockets(RunningTunnel[] processes) =>
        processes.Sum(process => Stock.SocketsOf(process.ProcessId));
}
