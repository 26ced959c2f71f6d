using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.ObjectPool;

namespace Tunnel.Net;

/// <summary>
/// A pooled <see cref="SocketAsyncEventArgs"/> that can be awaited. One operation at a time; whoever awaits it owns it
/// until the result is there. A synchronous completion costs no allocation and never touches the awaitable part.
/// </summary>
internal sealed class SocketOperation : SocketAsyncEventArgs, IValueTaskSource<SocketResult>
{
    private static readonly DefaultObjectPool<SocketOperation> _pool = new(new Policy(), maximumRetained: 4096);

    private ManualResetValueTaskSourceCore<SocketResult> _source;
    private Continuation _continuation;

    private SocketOperation()
        : base(unsafeSuppressExecutionContextFlow: true) { }

    public static SocketOperation Rent() => _pool.Get();

    /// <summary>Only when no operation is under way.</summary>
    public void Return() => _pool.Return(this);

    /// <summary>An empty <paramref name="buffer"/> waits until the socket is readable and moves nothing.</summary>
    public ValueTask<SocketResult> ReceiveAsync(Socket socket, Memory<byte> buffer, Continuation continuation)
    {
        Prepare(continuation);
        SetBuffer(buffer);
        try
        {
            return socket.ReceiveAsync(this) ? Pending() : Finished();
        }
        catch (ObjectDisposedException)
        {
            return Closed();
        }
    }

    /// <summary>Completes when all bytes are with the system: on Unix a completed send is a complete send.</summary>
    public ValueTask<SocketResult> SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, Continuation continuation)
    {
        Prepare(continuation);
        // SocketAsyncEventArgs takes Memory for both directions; a send does not write to it.
        SetBuffer(System.Runtime.InteropServices.MemoryMarshal.AsMemory(bytes));
        try
        {
            return socket.SendAsync(this) ? Pending() : Finished();
        }
        catch (ObjectDisposedException)
        {
            return Closed();
        }
    }

    public ValueTask<SocketResult> AcceptAsync(Socket listener)
    {
        Prepare(Continuation.Loop);
        AcceptSocket = null;
        try
        {
            return listener.AcceptAsync(this) ? Pending() : Finished();
        }
        catch (ObjectDisposedException)
        {
            return Closed();
        }
    }

    public ValueTask<SocketResult> ConnectAsync(Socket socket, EndPoint to)
    {
        Prepare(Continuation.LoopWithinBudget);
        RemoteEndPoint = to;
        try
        {
            return socket.ConnectAsync(this) ? Pending() : Finished();
        }
        catch (ObjectDisposedException)
        {
            return Closed();
        }
    }

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        if (_continuation == Continuation.LoopWithinBudget && EventLoop.TryBeginHeavy(out var started))
        {
            _source.RunContinuationsAsynchronously = false;
            _source.SetResult(Result);
            EventLoop.EndHeavy(started);
        }
        else
        {
            _source.SetResult(Result);
        }
    }

    SocketResult IValueTaskSource<SocketResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<SocketResult>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _source.OnCompleted(continuation, state, token, flags);

    private SocketResult Result => new(BytesTransferred, SocketError);

    private void Prepare(Continuation continuation)
    {
        _continuation = continuation;
        _source.Reset();
        _source.RunContinuationsAsynchronously = continuation != Continuation.Loop;
    }

    private ValueTask<SocketResult> Pending() => new(this, _source.Version);

    private ValueTask<SocketResult> Finished() => new(Result);

    private static ValueTask<SocketResult> Closed() => new(new SocketResult(0, SocketError.OperationAborted));

    private sealed class Policy : PooledObjectPolicy<SocketOperation>
    {
        public override SocketOperation Create() => new();

        public override bool Return(SocketOperation obj)
        {
            // A pooled operation must not keep a session's buffer or socket alive.
            obj.SetBuffer(default);
            obj.AcceptSocket = null;
            obj.RemoteEndPoint = null;
            return true;
        }
    }
}
