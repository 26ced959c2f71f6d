using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Relay;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Relay;

public sealed class DirectionTests
{
    [Test]
    public async Task A_connection_that_never_has_to_wait_steps_back_after_its_turn()
    {
        const int pieces = 1000;
        using var listener = Wire.Listen();
        using var dialled = await Wire.DialAsync(listener.EndPoint());
        using var accepted = await listener.AcceptSoonAsync();
        using var wheel = new DeadlineWheel(TimeProvider.System);
        var channel = new SocketChannel(new SystemTcpSocket(accepted));
        var from = new ScriptedTransport([.. Enumerable.Repeat(new byte[BufferPool.Small], pieces)]);
        var to = new CountingTransport();
        var front = new SendProgress(new Leg(Party.Application, channel, from));
        var back = new SendProgress(new Leg(Party.Server, channel, to));
        var watch = new RelayWatch(new TimeoutSettings(), wheel, front, back, (_, _) => { });
        var direction = new Direction(front.Leg, back, watch, new Traffic(new BulkShares()), wheel);

        // What the caller's own thread does before it gets back from the call is the first turn.
        to.Watched = Environment.CurrentManagedThreadId;
        var running = direction.CarryAsync(default, _ => { });
        to.Watched = 0;
        var inFirstTurn = to.BytesByWatched;
        await Eventually.HoldsAsync(
            () => direction.Bytes == pieces * BufferPool.Small,
            () => $"{direction.Bytes} bytes have come"
        );

        Assert.That(inFirstTurn, Is.InRange(1, 2 * BufferPool.Large));
        Assert.That(await running, Is.EqualTo(DirectionEnd.InOrder));
    }

    [Test]
    public async Task Ten_bulk_flows_of_one_identity_get_hardly_more_turns_than_the_only_one_of_another()
    {
        const int pieces = 2000;
        using var listener = Wire.Listen();
        using var dialled = await Wire.DialAsync(listener.EndPoint());
        using var accepted = await listener.AcceptSoonAsync();
        using var wheel = new DeadlineWheel(TimeProvider.System);
        var channel = new SocketChannel(new SystemTcpSocket(accepted));
        var shares = new BulkShares();
        var (crowd, only) = (new Traffic(shares), new Traffic(shares));
        // A crowd whose data never ends while it counts.
        var ten = Enumerable.Range(0, 10).Select(_ => Flow(crowd, 20 * pieces)).ToList();
        var one = Flow(only, pieces);

        List<Task<DirectionEnd>> running = [];
        foreach (var flow in (Direction[])[.. ten, one])
        {
            running.Add(Task.Run(() => flow.CarryAsync(default, _ => { })));
        }

        await running[^1].WaitAsync(Wire.Patience);
        var turns = ten.Sum(flow => flow.Bytes) / BufferPool.LargePlaintext;
        await Task.WhenAll(running).WaitAsync(Wire.Patience);

        // Without steps back it would be ten times as many; what ran before the only one began is among them.
        Assert.That(turns, Is.LessThan(4 * pieces));
        Assert.That(shares.Identities, Is.Zero, "flows that have ended count as bulk");

        Direction Flow(Traffic traffic, int count)
        {
            var from = new ScriptedTransport([.. Enumerable.Repeat(new byte[BufferPool.LargePlaintext], count)]);
            var front = new SendProgress(new Leg(Party.Application, channel, from));
            var back = new SendProgress(new Leg(Party.Server, channel, new CountingTransport()));
            var watch = new RelayWatch(new TimeoutSettings(), wheel, front, back, (_, _) => { });
            return new Direction(front.Leg, back, watch, traffic, wheel);
        }
    }

    private sealed class CountingTransport : ITransport
    {
        public int Watched { get; set; }

        public int BytesByWatched { get; private set; }

        public TransportFault? Fault => null;

        public ValueTask<SocketResult> WaitAsync() => default;

        public Chunk Read(SocketResult waited) => Chunk.End(IoStatus.Eof);

        public ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            BytesByWatched += Environment.CurrentManagedThreadId == Watched ? bytes.Length : 0;
            return new(IoStatus.Ok);
        }

        public ValueTask<IoStatus> CloseWriteAsync() => new(IoStatus.Ok);

        public ValueTask<bool> CloseWithAbortAsync() => new(false);

        public void Abort() { }

        public void Dispose() { }
    }
}
