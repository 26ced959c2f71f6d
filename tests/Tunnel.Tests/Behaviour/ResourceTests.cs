using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// What a tunnel may cost: bounded memory whatever its peers do, and nothing for connections that are over.
/// </summary>
public sealed class ResourceTests(BackendPair backends) : BehaviourTests(backends)
{
    private const long MiB = 1024 * 1024;

    // Socket buffers of the system on three legs, each at most some MiB; the tunnels themselves hold two chunks.
    private const long MostOnTheWay = 64 * MiB;

    [Test]
    public async Task A_stalled_reader_stops_a_sender_of_a_gibibyte_and_then_gets_it_all()
    {
        const long total = 1024 * MiB;
        await using var pair = await Pair.StartAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (sender, reader) = await pair.OpenAsync();
        var pattern = new Pattern(5);
        long accepted = 0;
        var sending = pattern.SendAsync(sender, total, bytes => Volatile.Write(ref accepted, bytes));

        await OtherTrafficAsync(pair, 2 * MostOnTheWay);

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.That(Volatile.Read(ref accepted), Is.LessThan(MostOnTheWay), "bytes taken from the sender");
        Assert.That(held, Is.LessThan(8 * MiB), "bytes held by the process");
        // The session of the other traffic may not have given back its last one yet.
        await Eventually.HoldsAsync(
            () => BufferPool.RentedBytes <= 4 * BufferPool.Large,
            () => $"{BufferPool.RentedBytes} bytes of buffers are out"
        );
        Assert.That(sending.IsCompleted, Is.False);

        var checking = pattern.CheckAsync(reader);
        await sending;
        sender.Shutdown(SocketShutdown.Send);
        Assert.That(await checking, Is.EqualTo(total));
    }

    [Test]
    public async Task Two_thousand_short_connections_leave_nothing_behind()
    {
        await using var pair = await Pair.StartAsync();
        await ShortConnectionsAsync(pair, 200);
        var (files, memory) = (OpenFiles(), GC.GetTotalMemory(forceFullCollection: true));

        await ShortConnectionsAsync(pair, 2000);

        await Eventually.HoldsAsync(
            () => OpenFiles() <= files,
            () => $"{OpenFiles()} open files after 2000 connections, {files} before"
        );
        Assert.That(BufferPool.RentedBytes, Is.Zero);
        Assert.That(pair.Server!.Table.Active + pair.Client.Table.Active, Is.Zero);
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - memory, Is.LessThan(4 * MiB));
    }

    /// <summary>Something that takes its time without a clock: this much through a connection of its own.</summary>
    private static async Task OtherTrafficAsync(Pair pair, long bytes)
    {
        var (sender, reader) = await pair.OpenAsync();
        var pattern = new Pattern(6);
        var checking = pattern.CheckAsync(reader);
        await pattern.SendAsync(sender, bytes, _ => { });
        sender.Shutdown(SocketShutdown.Send);
        Assert.That(await checking, Is.EqualTo(bytes));
        reader.Shutdown(SocketShutdown.Send);
        Assert.That(await sender.EndAsync(), Is.Null);
    }

    private static async Task ShortConnectionsAsync(Pair pair, int count)
    {
        const int atOnce = 20;
        for (var done = 0; done < count; done += atOnce)
        {
            await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => ShortConnectionAsync(pair)));
            for (var i = 0; i < atOnce; i++)
            {
                Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("eof"));
                Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("eof"));
            }

            pair.ForgetLines();
        }
    }

    private static async Task ShortConnectionAsync(Pair pair)
    {
        var serving = ServeAsync(pair.Target);
        using var application = await pair.DialAsync();
        await application.SendAllAsync("question"u8.ToArray());
        application.Shutdown(SocketShutdown.Send);
        Assert.That(await application.ReadToEndAsync(), Has.Length.EqualTo("question".Length));
        await serving;
    }

    private static async Task ServeAsync(Socket listener)
    {
        using var target = await listener.AcceptSoonAsync();
        await target.EchoAsync();
    }

    private static int OpenFiles() => Directory.GetFiles("/proc/self/fd").Length;
}
