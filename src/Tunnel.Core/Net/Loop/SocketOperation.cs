using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.ObjectPool;

namespace Tunnel.Net;

/// <summary>
/// A pooled <see cref="SocketAsyncEventArgs"/> that can be awaited. One operation at a time; the awaiting caller owns
/// it until the result is there. A synchronous completion allocates nothing and does not use the awaitable part.
/// </summary>
internal sealed class SocketOperation : SocketAsyncEventArgs, IValueTaskSource<SocketResult>
{
    private static DefaultObjectPool<SocketOperation> _pool = NewPool();

    private static readonly Func<Socket, SocketOperation, bool> _receive = static (socket, it) =>
        socket.ReceiveAsync(it);
    private static readonly Func<Socket, SocketOperation, bool> _send = static (socket, it) => socket.SendAsync(it);
    private static readonly Func<Socket, SocketOperation, bool> _accept = static (socket, it) => socket.AcceptAsync(it);
    private static readonly Func<Socket, SocketOperation, bool> _connect = static (socket, it) =>
        socket.ConnectAsync(it);

    private ManualResetValueTaskSourceCore<SocketResult> _source;
    private Continuation _continuation;
    private bool _returnsItself;

    private SocketOperation()
        : base(unsafeSuppressExecutionContextFlow: true) { }

    public static SocketOperation Rent() => _pool.Get();

    /// <summary>Drops unused ones: each keeps what the runtime had for its last socket, some 700 bytes.</summary>
    public static void ForgetUnused() => _pool = NewPool();

    /// <summary>Only when no operation is under way.</summary>
    public void Return() => _pool.Return(this);

    /// <summary>An empty <paramref name="buffer"/> waits until the socket is readable and moves nothing.</summary>
    public ValueTask<SocketResult> ReceiveAsync(
        Socket socket,
        LoopSeat seat,
        Memory<byte> buffer,
        Continuation continuation
    )
    {
        SetBuffer(buffer);
        return Begin(_receive, socket, seat, continuation);
    }

    /// <summary>
    /// Sends with an operation that returns to the pool when its result is taken. Completes when all bytes are with the
    /// system: on Unix a completed send is a complete send.
    /// </summary>
    public static ValueTask<SocketResult> SendAsync(
        Socket socket,
        LoopSeat seat,
        ReadOnlyMemory<byte> bytes,
        Continuation continuation
    )
    {
        var operation = Rent();
        operation._returnsItself = true;
        // SocketAsyncEventArgs uses Memory for both directions; a send does not write to it.
        operation.SetBuffer(System.Runtime.InteropServices.MemoryMarshal.AsMemory(bytes));
        return operation.Begin(_send, socket, seat, continuation);
    }

    public ValueTask<SocketResult> AcceptAsync(Socket listener, LoopSeat seat)
    {
        AcceptSocket = null;
        return Begin(_accept, listener, seat, Continuation.Loop);
    }

    /// <summary>Connects with an operation that returns to the pool when its result is taken.</summary>
    public static ValueTask<SocketResult> ConnectAsync(Socket socket, LoopSeat seat, EndPoint to)
    {
        var operation = Rent();
        operation._returnsItself = true;
        operation.RemoteEndPoint = to;
        return operation.Begin(_connect, socket, seat, Continuation.LoopWithinBudget);
    }

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        EventLoop.Current?.Load.CountEvent();
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

    SocketResult IValueTaskSource<SocketResult>.GetResult(short token) => Give(_source.GetResult(token));

    ValueTaskSourceStatus IValueTaskSource<SocketResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<SocketResult>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _source.OnCompleted(continuation, state, token, flags);

    private SocketResult Result => new(BytesTransferred, SocketError);

    private ValueTask<SocketResult> Begin(
        Func<Socket, SocketOperation, bool> begin,
        Socket socket,
        LoopSeat seat,
        Continuation continuation
    )
    {
        _continuation = continuation;
        _source.Reset();
        _source.RunContinuationsAsynchronously = continuation != Continuation.Loop;
        try
        {
            return seat.Begin(begin, socket, this)
                ? new ValueTask<SocketResult>(this, _source.Version)
                : ValueTask.FromResult(Give(Result));
        }
        catch (ObjectDisposedException)
        {
            return ValueTask.FromResult(Give(new SocketResult(0, SocketError.OperationAborted)));
        }
    }

    private SocketResult Give(SocketResult result)
    {
        if (_returnsItself)
        {
            _returnsItself = false;
            Return();
        }

        return result;
    }

    private static DefaultObjectPool<SocketOperation> NewPool() => new(new Policy(), maximumRetained: 4096);

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
