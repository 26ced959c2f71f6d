using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>How a stream ends is what the other side is told, behind everything that was sent before.</summary>
public sealed class ProcessEndTests(BackendPair backends) : ProcessTests(backends)
{
    private const int Bytes = 8 * 1024 * 1024;
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task FIN_travels_as_half_close_and_the_answer_comes_back()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port, Options);
        var (application, service) = await pair.OpenAsync(target);

        await application.SendAllAsync(_words);
        application.Shutdown(SocketShutdown.Send);
        Assert.That(await service.ReadToEndAsync(), Is.EqualTo(_words));
        await service.SendAllAsync(_words);
        service.Shutdown(SocketShutdown.Send);

        Assert.That(await application.ReadToEndAsync(), Is.EqualTo(_words));
        Assert.That((await pair.Client.ClosedAsync())[0].End, Is.EqualTo(("eof", "application")));
        Assert.That((await pair.Server.ClosedAsync())[0].End, Is.EqualTo(("eof", "client")));
        AssertNoFault(pair);
    }

    [Test]
    public async Task RST_arrives_behind_what_was_sent_before_it([Values] bool fromApplication)
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port, Options);
        var (application, service) = await pair.OpenAsync(target);
        var (from, to) = fromApplication ? (application, service) : (service, application);
        // An application that leaves before the client knows of the target is not waited for.
        await application.PassAsync(service, _words);

        await from.SendAllAsync(_words);
        await SendQueues.EmptyAsync(from.EndPoint().Port);
        from.Reset();

        Assert.That(await to.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        Assert.That(await to.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var first = await (fromApplication ? pair.Client : pair.Server).ClosedAsync();
        var second = await (fromApplication ? pair.Server : pair.Client).ClosedAsync();
        Assert.That(first[0].End, Is.EqualTo(("reset", fromApplication ? "application" : "target")));
        Assert.That(second[0].ClosedBy, Is.EqualTo(fromApplication ? "client" : "server"), second[0].ToString());
        Assert.That(second[0].Reason, Is.Not.EqualTo("eof"), second[0].ToString());
        AssertNoFault(pair);
    }

    [Test]
    public async Task Bulk_in_both_directions_at_once_arrives_unchanged()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port, Options);
        var (application, service) = await pair.OpenAsync(target);
        var (up, down) = (new Pattern(1), new Pattern(2));
        var checks = new[] { up.CheckAsync(service), down.CheckAsync(application) };

        await Task.WhenAll(SendAsync(up, application), SendAsync(down, service));

        Assert.That(await Task.WhenAll(checks), Is.EqualTo(new long[] { Bytes, Bytes }));
        var closed = (await pair.Client.ClosedAsync())[0];
        Assert.That((closed.Reason, closed.Sent, closed.Received), Is.EqualTo(("eof", (long)Bytes, (long)Bytes)));
        AssertNoFault(pair);
    }

    private static async Task SendAsync(Pattern pattern, Socket to)
    {
        await pattern.SendAsync(to, Bytes, _ => { });
        to.Shutdown(SocketShutdown.Send);
    }
}
