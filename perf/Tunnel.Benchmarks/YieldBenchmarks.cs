using BenchmarkDotNet.Attributes;
using Tunnel.Net;

namespace Tunnel.Benchmarks;

/// <summary>What it costs a connection in bulk to end its turn: once around the loop's queue, bell and epoll.</summary>
public class YieldBenchmarks
{
    private const int Turns = 10_000;

    private readonly Loopback _loopback = new();
    private SocketChannel _near = null!;
    private SocketChannel _far = null!;

    [GlobalSetup]
    public void Prepare()
    {
        EventLoop.EnsureStarted();
        (_near, _far) = _loopback.Connect();
        _near.ReceivesOn = Continuation.Loop;
    }

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Yield()
    {
        var running = RunAsync();
        _far.SendAsync(new byte[1]).AsTask().GetAwaiter().GetResult();
        running.GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void Close()
    {
        _near.Abort();
        _far.Abort();
        _loopback.Dispose();
    }

    private async Task RunAsync()
    {
        await _near.WaitReadableAsync().ConfigureAwait(false);
        _near.Receive(new byte[1]);
        for (var turn = 0; turn < Turns; turn++)
        {
            await EventLoop.Yield();
        }
    }
}
