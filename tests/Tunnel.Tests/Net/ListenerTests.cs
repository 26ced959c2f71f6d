using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net;

/// <summary>A listener without room for more connections waits, reports that once, and goes on.</summary>
public sealed class ListenerTests
{
    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<SocketChannel> _channels = new();
    private volatile bool _atLimit;
    private volatile bool _room;
    private int _accepted;
    private int _reports;

    [Test]
    public async Task Connections_that_come_and_go_at_the_limit_are_reported_once_until_a_minute_without()
    {
        using var engine = new Engine(_time, OpenFiles.Process);
        var listener = Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0), engine);
        (_atLimit, _room) = (true, true);
        var accepting = listener.RunAsync(() => _room, Accept, Report);

        for (var visit = 0; visit < 30; visit++)
        {
            await VisitAsync(listener);
            // As a session does that ends.
            _room = true;
        }

        Assert.That(Volatile.Read(ref _reports), Is.EqualTo(1));

        _atLimit = false;
        await VisitAsync(listener);
        _time.Advance(TimeSpan.FromMinutes(2));
        _atLimit = true;
        await VisitAsync(listener);
        await Eventually.HoldsAsync(() => Volatile.Read(ref _reports) == 2, () => "a new shortage is not reported");

        _room = true;
        listener.Stop();
        await PassTimeUntilAsync(() => accepting.IsCompleted, "the listener does not stop");
    }

    [Test]
    public async Task What_waits_in_the_backlog_is_accepted_before_it_closes()
    {
        using var engine = new Engine(_time, OpenFiles.Process);
        var listener = Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0), engine);
        var visitors = await CrowdAsync(listener);

        (_room, _atLimit) = (true, false);
        listener.Stop();

        Assert.That(Volatile.Read(ref _accepted), Is.EqualTo(visitors.Count));
        await Assert.ThrowsAsync<SocketException>(() => Wire.DialAsync(listener.EndPoint));
        foreach (var (visitor, channel) in visitors.Zip(_channels))
        {
            Assert.That(channel.RemoteEndPoint, Is.EqualTo(visitor.LocalEndPoint));
            visitor.Dispose();
        }
    }

    [Test]
    public async Task For_those_for_whom_there_is_no_room_it_ends_with_a_reset()
    {
        using var engine = new Engine(_time, OpenFiles.Process);
        var listener = Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0), engine);
        var visitors = await CrowdAsync(listener);

        // Room for one: it is at the limit again when that one is there.
        (_room, _atLimit) = (true, true);
        listener.Stop();

        Assert.That(Volatile.Read(ref _accepted), Is.EqualTo(1));
        foreach (var visitor in visitors.Skip(1))
        {
            Assert.That(await visitor.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        }
    }

    [Test, Platform("Linux")]
    public async Task Before_one_of_two_closes_on_a_shared_port_the_other_gets_whoever_comes()
    {
        const int count = 20;
        using var engine = new Engine(_time, OpenFiles.Process);
        var old = Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0), engine, reusePort: true);
        var next = Listener.Bind((IPEndPoint)old.EndPoint, engine, reusePort: true);
        var (byOld, byNext) = (0, 0);
        var running = old.RunAsync(() => true, Count(() => byOld++), Report);
        _ = next.RunAsync(() => true, Count(() => byNext++), Report);

        var stopping = old.StopAsync();
        var dials = Enumerable.Range(0, count).Select(_ => Wire.DialAsync(old.EndPoint)).ToList();
        await Eventually.HoldsAsync(() => Volatile.Read(ref byNext) > 0, () => "nobody gets to the other one");
        await PassTimeUntilAsync(() => stopping.IsCompleted && running.IsCompleted, "the listener does not stop");

        // Those who turned to the old one come again.
        foreach (var visitor in await Task.WhenAll(dials))
        {
            visitor.Dispose();
        }

        await Eventually.HoldsAsync(() => Volatile.Read(ref byNext) == count, () => $"{byNext} of {count}");
        Assert.That(byOld, Is.Zero);
        next.Stop();
    }

    [TearDown]
    public void CutConnections()
    {
        while (_channels.TryDequeue(out var channel))
        {
            channel.Abort();
        }

        (_accepted, _reports) = (0, 0);
    }

    /// <summary>Some who have connected, and wait because there is no room.</summary>
    private async Task<List<Socket>> CrowdAsync(Listener listener)
    {
        _room = false;
        _ = listener.RunAsync(() => _room, Accept, Report);
        var visitors = new List<Socket>();
        for (var visitor = 0; visitor < 5; visitor++)
        {
            visitors.Add(await Wire.DialAsync(listener.EndPoint));
        }

        return visitors;
    }

    private Action<SocketChannel> Count(Action count) =>
        channel =>
        {
            count();
            _channels.Enqueue(channel);
        };

    private void Accept(SocketChannel channel)
    {
        _room = !_atLimit;
        _channels.Enqueue(channel);
        Interlocked.Increment(ref _accepted);
    }

    private void Report(SocketError reason)
    {
        Assert.That(reason, Is.EqualTo(SocketError.TooManyOpenSockets));
        Interlocked.Increment(ref _reports);
    }

    private async Task VisitAsync(Listener listener)
    {
        var before = Volatile.Read(ref _accepted);
        using var visitor = await Wire.DialAsync(listener.EndPoint);
        await PassTimeUntilAsync(
            () => Volatile.Read(ref _accepted) > before,
            "nobody is accepted although there is room"
        );
    }

    private Task PassTimeUntilAsync(Func<bool> condition, string otherwise) =>
        Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(DeadlineWheel.Tick);
                return condition();
            },
            () => otherwise
        );
}
