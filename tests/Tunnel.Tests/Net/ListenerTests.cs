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

    [TearDown]
    public void CutConnections()
    {
        foreach (var channel in _channels)
        {
            channel.Abort();
        }
    }

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
