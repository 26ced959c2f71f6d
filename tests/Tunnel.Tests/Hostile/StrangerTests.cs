using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>Strangers at the server's port with every kind of first words, and every way to stay or to leave.</summary>
public sealed class StrangerTests(BackendPair backends) : HostileTests(backends)
{
    private enum Manner
    {
        /// <summary>FIN behind the words.</summary>
        Fin,

        /// <summary>RST behind the words.</summary>
        Rst,

        /// <summary>He stays, and reads what he is told.</summary>
        Stay,

        /// <summary>The same, and his words come in segments of one byte.</summary>
        Crumbs,
    }

    [Test]
    public async Task Nobody_who_proves_nothing_gets_to_the_target_and_all_of_them_are_gone_in_the_end() =>
        await Campaign.RunAsync(
            new LaneOptions(),
            random =>
                [
                    .. from word in FirstWords.All(random).ToArray()
                    from manner in Enum.GetValues<Manner>()
                    // Long words in crumbs are so many calls.
                    where manner != Manner.Crumbs || word.Bytes.Length < 1000
                    select new Probe($"{word.Name}, {manner}", lane => VisitAsync(lane, word, manner)),
                ]
        );

    private static async Task VisitAsync(Lane lane, FirstWord word, Manner manner)
    {
        using var stranger = await lane.DialServerAsync();
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = ReadAsync(stranger, answered);
        await SayAsync(stranger, word, manner, answered.Task);
        if (word.IsNoTls)
        {
            await reading.WaitAsync(Wire.Patience);
        }

        await lane.EndedAsync(clock: manner is Manner.Stay or Manner.Crumbs);
        // Whatever he does, the server has left him: not only he the server.
        await reading.WaitAsync(Wire.Patience);
        Assert.That(await lane.Desk.VisitsAsync(), Is.Empty, "visitors of the target");
    }

    private static async Task SayAsync(Socket stranger, FirstWord word, Manner manner, Task answered)
    {
        try
        {
            if (manner == Manner.Crumbs)
            {
                foreach (var b in word.Bytes)
                {
                    await stranger.SendAllAsync(new[] { b });
                }
            }
            else
            {
                await stranger.SendAllAsync(word.Bytes);
            }

            if (word.Behind is { } behind)
            {
                await answered.WaitAsync(Wire.Patience);
                await stranger.SendAllAsync(behind);
            }

            if (manner == Manner.Fin)
            {
                stranger.Shutdown(SocketShutdown.Send);
            }
        }
        catch (SocketException)
        {
            // He was turned away before he had said it all.
        }

        if (manner == Manner.Rst)
        {
            stranger.Reset();
        }
    }

    private static async Task ReadAsync(Socket stranger, TaskCompletionSource answered)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stranger.ReceiveAsync(buffer) > 0)
            {
                answered.TrySetResult();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // RST, of either side.
        }

        answered.TrySetResult();
    }
}
