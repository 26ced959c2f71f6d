using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>Many at a time, who stop at different stages and stay.</summary>
public sealed class CrowdTests(BackendPair backends) : HostileTests(backends)
{
    private const int OfEachKind = 300;

    // What the log may say of strangers in a minute, with room for a line of each other kind.
    private const int MostLines = 300 + 100;

    [Test]
    public async Task A_crowd_costs_a_few_lines_and_its_time_is_up_for_all_of_it() =>
        await Campaign.RunAsync(
            new LaneOptions(),
            random =>
            {
                var hello = new HelloShape(random).Bytes();
                (string Name, byte[] Words)[] kinds =
                [
                    ("nothing", []),
                    ("half a hello", hello[..(hello.Length / 2)]),
                    ("a hello", hello),
                    ("HTTP", "GET / HTTP/1.1\r\n\r\n"u8.ToArray()),
                    ("a long record", Forgery.Record(Forgery.Handshake, Forgery.Noise(random, 40_000))),
                    ("noise", Forgery.Noise(random, 3000)),
                ];
                return
                [
                    new Probe(
                        string.Join(", ", kinds.Select(kind => kind.Name)),
                        lane => ComeAsync(lane, [.. kinds.Select(kind => kind.Words)])
                    ),
                ];
            }
        );

    private static async Task ComeAsync(Lane lane, byte[][] kinds)
    {
        using var log = new LogWatch();
        var crowd = new List<(Socket Socket, Task Reading)>();
        for (var i = 0; i < OfEachKind; i++)
        {
            foreach (var words in kinds)
            {
                var socket = await lane.DialServerAsync();
                crowd.Add((socket, ReadAsync(socket)));
                await SayAsync(socket, words);
            }

            if (i % 50 == 0)
            {
                await lane.GoOnAsync();
            }
        }

        // Beside all of them.
        await lane.GoOnAsync();
        await lane.EndedAsync(clock: true);
        await Task.WhenAll(crowd.Select(stranger => stranger.Reading)).WaitAsync(Wire.Patience);
        crowd.ForEach(stranger => stranger.Socket.Dispose());
        Assert.That(await lane.Desk.VisitsAsync(), Is.Empty, "visitors of the target");
        log.Look();
        Assert.That(log.Written, Is.LessThan(MostLines), $"lines about {crowd.Count} strangers");
    }

    private static async Task SayAsync(Socket stranger, byte[] words)
    {
        try
        {
            await stranger.SendAllAsync(words);
        }
        catch (SocketException)
        {
            // He was turned away before he had said it all.
        }
    }

    private static async Task ReadAsync(Socket stranger)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stranger.ReceiveAsync(buffer) > 0) { }
        }
        catch (SocketException)
        {
            // RST.
        }
    }
}
