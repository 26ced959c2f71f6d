using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Relay;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Relay;

/// <summary>What a relay does when a side does what sockets seldom do just when a test wants it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[LeavesNothing]
public sealed class TwoWayRelayTests
{
    private readonly ManualTime _time = new();
    private readonly Ending _ending = new();
    private readonly List<Exception> _crashes = [];

    [Test]
    public async Task An_end_that_never_gets_out_is_cut_by_the_write_timeout()
    {
        var back = new StubbornTransport { CloseWrite = new TaskCompletionSource<IoStatus>() };

        await RunAsync(new ScriptedTransport([]), back, new TimeoutSettings { Write = TimeSpan.FromSeconds(8) });

        Assert.That(_ending.Cause!.Reason, Is.EqualTo(CloseReason.WriteTimeout));
    }

    [Test]
    public async Task A_fault_of_our_own_in_one_direction_ends_the_other_too()
    {
        var back = new StubbornTransport { ThrowsOnWrite = true };

        await RunAsync(new ScriptedTransport(["bytes"u8.ToArray()]), back, new TimeoutSettings());

        Assert.That(_ending.Cause!.Reason, Is.EqualTo(CloseReason.InternalError));
        Assert.That(_crashes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_failed_write_does_not_end_what_is_still_read_from_that_side()
    {
        var back = new StubbornTransport { WriteStatus = IoStatus.Reset, Script = ["the answer"u8.ToArray()] };
        var front = new StubbornTransport { Script = ["a question"u8.ToArray()] };

        await RunAsync(front, back, new TimeoutSettings());

        Assert.That(front.Written.ToArray(), Is.EqualTo("the answer"u8.ToArray()));
        Assert.That(_ending.Cause, Is.EqualTo(new SessionEnd(CloseReason.Reset, Party.Server)));
    }

    private async Task RunAsync(ITransport front, ITransport back, TimeoutSettings timeouts)
    {
        using var listener = Wire.Listen();
        using var dialled = await Wire.DialAsync(listener.EndPoint());
        using var other = await Wire.DialAsync(listener.EndPoint());
        var (one, two) = (
            new SocketChannel(new SystemTcpSocket(await listener.AcceptSoonAsync())),
            new SocketChannel(new SystemTcpSocket(await listener.AcceptSoonAsync()))
        );
        using var wheel = new DeadlineWheel(_time);
        var relay = new TwoWayRelay(
            new Legs(new Leg(Party.Application, one, front), new Leg(Party.Server, two, back)),
            timeouts,
            wheel,
            new Traffic(new BulkShares()),
            _ending,
            _ => { },
            _crashes.Add
        );
        await _time.RunUntilAsync(RunAsync(relay));
        one.Dispose();
        two.Dispose();

        static async Task<bool> RunAsync(TwoWayRelay relay)
        {
            await relay.RunAsync();
            return true;
        }
    }

    /// <summary>Reads what is written down and then nothing until it is cut; the rest as a test wants it.</summary>
    private sealed class StubbornTransport : ITransport
    {
        private readonly TaskCompletionSource<SocketResult> _cut = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        private Queue<byte[]>? _script;

        public IReadOnlyList<byte[]> Script { get; init; } = [];

        public IoStatus WriteStatus { get; init; }

        public bool ThrowsOnWrite { get; init; }

        public TaskCompletionSource<IoStatus>? CloseWrite { get; init; }

        public MemoryStream Written { get; } = new();

        public TransportFault? Fault => null;

        public ValueTask<SocketResult> WaitAsync() =>
            (_script ??= new Queue<byte[]>(Script)).Count > 0 ? default : new(_cut.Task);

        public Chunk Read(SocketResult waited)
        {
            if (!_script!.TryDequeue(out var piece))
            {
                return Chunk.End(WriteStatus == IoStatus.Ok ? IoStatus.Aborted : WriteStatus);
            }

            var buffer = BufferPool.Rent(piece.Length);
            piece.CopyTo(buffer, 0);
            // A side that has reset has nothing more to say.
            _ = WriteStatus != IoStatus.Ok && _script.Count == 0 && _cut.TrySetResult(default);
            return Chunk.Of(buffer, piece.Length);
        }

        public ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            if (ThrowsOnWrite)
            {
                throw new InvalidOperationException("a fault of our own");
            }

            Written.Write(bytes.Span);
            return new(WriteStatus);
        }

        public ValueTask<IoStatus> CloseWriteAsync() => CloseWrite is null ? new(IoStatus.Ok) : new(CloseWrite.Task);

        public ValueTask<bool> CloseWithAbortAsync() => new(false);

        public void Abort()
        {
            _cut.TrySetResult(new SocketResult(0, SocketError.OperationAborted));
            CloseWrite?.TrySetResult(IoStatus.Aborted);
        }

        public void Dispose() { }
    }
}
