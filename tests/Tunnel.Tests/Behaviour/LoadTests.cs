using System.Net.Sockets;
using System.Security.Cryptography;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>Many connections at once, and connections that misbehave beside others that do not.</summary>
public sealed class LoadTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task Fifty_connections_carry_random_bytes_both_ways_unharmed()
    {
        await using var pair = await Pair.StartAsync();
        var random = new Random(50);
        var running = new List<Task>();
        var seeds = Enumerable.Range(0, 50).Select(_ => (random.Next(), random.Next())).ToArray();
        foreach (var (one, other) in seeds)
        {
            var (application, target) = await pair.OpenAsync();
            running.Add(ExchangeAsync(application, target, one, other));
        }

        await Task.WhenAll(running);
        foreach (var _ in seeds)
        {
            Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("eof"));
            Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("eof"));
        }
    }

    [Test]
    public async Task Five_hundred_silent_connections_do_not_disturb_a_good_one()
    {
        await using var pair = await Pair.StartAsync();
        var silent = new List<Socket>();
        for (var i = 0; i < 500; i++)
        {
            silent.Add(await Wire.DialAsync(pair.Server!.Endpoints[0]));
        }

        await Eventually.HoldsAsync(
            () => pair.Server!.Table.Active == 500,
            () => $"only {pair.Server!.Table.Active} of 500 were accepted"
        );
        // The last of them may just be taking its first step, which borrows one for a moment.
        await Eventually.HoldsAsync(
            () => BufferPool.RentedBytes == 0,
            () => $"who says nothing costs no buffer, but {BufferPool.RentedBytes} bytes of them are out"
        );

        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        await target.PassAsync(application, _words);

        silent.ForEach(socket => socket.Dispose());
        await Eventually.HoldsAsync(
            () => pair.Server!.Table.Active == 1,
            () => $"{pair.Server!.Table.Active - 1} of the silent ones are still there"
        );
    }

    [Test]
    public async Task Fifty_idle_connections_hold_no_buffer()
    {
        await using var pair = await Pair.StartAsync();
        var open = new List<(Socket Application, Socket Target)>();
        for (var i = 0; i < 50; i++)
        {
            var (application, target) = await pair.OpenAsync();
            await application.PassAsync(target, RandomNumberGenerator.GetBytes(100_000));
            await target.PassAsync(application, RandomNumberGenerator.GetBytes(100_000));
            open.Add((application, target));
        }

        await Eventually.HoldsAsync(
            () => BufferPool.RentedBytes == 0,
            () => $"{BufferPool.RentedBytes} bytes of buffers are held by idle connections"
        );

        foreach (var (application, target) in open)
        {
            await application.PassAsync(target, _words);
        }
    }

    [Test]
    public async Task Small_echoes_get_through_beside_a_bulk_transfer()
    {
        await using var pair = await Pair.StartAsync();
        var (bulk, sink) = await pair.OpenAsync();
        var pattern = new Pattern(4);
        var flood = pattern.SendAsync(bulk, long.MaxValue, _ => { });
        var drain = pattern.CheckAsync(sink);
        var (application, target) = await pair.OpenAsync();
        var echo = target.EchoAsync();

        for (var i = 0; i < 300; i++)
        {
            await application.SendAllAsync(_words);
            Assert.That(await application.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        }

        Assert.That(flood.IsCompleted || drain.IsCompleted, Is.False, "the bulk transfer ran all the time");
        application.Shutdown(SocketShutdown.Send);
        await echo;
        bulk.Reset();
        await Assert.ThrowsAsync<SocketException>(() => drain.WaitAsync(Wire.Patience));
    }

    private static Task ExchangeAsync(Socket application, Socket target, int one, int other)
    {
        return Task.WhenAll(StreamAsync(application, target, one), StreamAsync(target, application, other));
    }

    private static async Task StreamAsync(Socket from, Socket to, int seed)
    {
        var bytes = new byte[new Random(seed).Next(3 * 1024 * 1024)];
        new Random(seed).NextBytes(bytes);
        var hashing = HashToEndAsync(to);
        var random = new Random(seed);
        for (var at = 0; at < bytes.Length; )
        {
            var piece = Math.Min(1 << random.Next(18), bytes.Length - at);
            await from.SendAllAsync(bytes.AsMemory(at, piece));
            at += piece;
        }

        from.Shutdown(SocketShutdown.Send);
        Assert.That(await hashing, Is.EqualTo(SHA256.HashData(bytes)));
    }

    private static async Task<byte[]> HashToEndAsync(Socket from)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var random = new Random(from.EndPoint().Port);
        var buffer = new byte[128 * 1024];
        int read;
        while (
            (
                read = await from.ReceiveAsync(buffer.AsMemory(0, random.Next(1, buffer.Length)))
                    .AsTask()
                    .WaitAsync(Wire.Patience)
            ) > 0
        )
        {
            hash.AppendData(buffer, 0, read);
        }

        return hash.GetHashAndReset();
    }
}
