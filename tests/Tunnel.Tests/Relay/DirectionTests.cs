using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Relay;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

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
        var session = new TunnelSession(RouteOf(wheel), new SocketChannel(accepted));
        var from = new ScriptedTransport([.. Enumerable.Repeat(new byte[BufferPool.Small], pieces)]);
        var to = new CountingTransport();
        var direction = new Direction(
            session,
            new Leg(Party.Application, session.Front, from),
            new Leg(Party.Server, session.Front, to)
        );

        // What the caller's own thread does before it gets back from the call is the first turn.
        to.Watched = Environment.CurrentManagedThreadId;
        var running = direction.RunAsync(default);
        to.Watched = 0;
        var inFirstTurn = to.BytesByWatched;
        await Eventually.HoldsAsync(
            () => direction.Bytes == pieces * BufferPool.Small,
            () => $"{direction.Bytes} bytes have come"
        );

        Assert.That(inFirstTurn, Is.InRange(1, 2 * BufferPool.Large));
        session.Front.Abort();
        _ = running;
    }

    private static Route RouteOf(DeadlineWheel wheel) =>
        new()
        {
            Role = TlsRole.Client,
            Far = new HostPort("127.0.0.1", 1),
            Tls = null!,
            Timeouts = new TimeoutSettings(),
            Wheel = wheel,
            Table = new ConnectionTable(),
        };

    private sealed class CountingTransport : ITransport
    {
        public int Watched { get; set; }

        public int BytesByWatched { get; private set; }

        public string? FaultDetail => null;

        public ValueTask<SocketResult> WaitAsync() => default;

        public Chunk Read(SocketResult waited) => Chunk.End(IoStatus.Eof);

        public ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            BytesByWatched += Environment.CurrentManagedThreadId == Watched ? bytes.Length : 0;
            return new(IoStatus.Ok);
        }

        // The end of a whole session is not what this is about.
        public ValueTask<IoStatus> CloseWriteAsync() => new(IoStatus.Aborted);

        public void Abort() { }

        public void Dispose() { }
    }
}
