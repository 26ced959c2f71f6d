using System.Net;
using System.Net.Sockets;
using Tunnel.Net;

namespace Tunnel.Simulator;

/// <summary>A listening socket of a process under test.</summary>
internal sealed class SimulatedListener : IListenSocket, IAcceptor
{
    private readonly SimulatedProcess _process;
    private readonly IPEndPoint _at;
    private readonly Queue<TcpEnd> _backlog = [];
    private PendingOperation? _accepting;
    private TcpEnd? _accepted;
    private bool _isPosted;
    private bool _isClosed;

    public SimulatedListener(SimulatedProcess process, IPEndPoint at)
    {
        (_process, _at) = (process, at);
        process.Internet.Open(at, this);
    }

    public EndPoint EndPoint => _at;

    public SimulatedMachine Machine => _process.Machine;

    public void Arrive(TcpEnd end)
    {
        _backlog.Enqueue(end);
        Look();
    }

    public ValueTask<SocketResult> AcceptAsync()
    {
        _process.Scheduler.Interrupt();
        if (Next() is { } result)
        {
            return new(result);
        }

        _accepting = new PendingOperation(Continuation.Loop, _process.Scheduler.Dice);
        return _accepting.Task;
    }

    public ITcpSocket? TakeAccepted()
    {
        var end = _accepted!;
        _accepted = null;
        return Take(end);
    }

    public bool LeaveToOthers() => false;

    public void Close(Func<bool> hasRoom, Action<ITcpSocket> accepted)
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _process.Internet.Close(_at, this);
        while (_backlog.TryDequeue(out var end))
        {
            if (_process.LacksFiles || !hasRoom())
            {
                end.Abort();
            }
            else if (Take(end) is { } socket)
            {
                accepted(socket);
            }
        }

        _process.Scheduler.Post(() =>
        {
            var accepting = _accepting;
            _accepting = null;
            accepting?.Complete(PendingOperation.Aborted);
        });
    }

    public void Release() { }

    /// <summary>Something may have become possible.</summary>
    public void Look()
    {
        if (_accepting is not null && !_isPosted)
        {
            _isPosted = true;
            _process.Scheduler.Post(Retry);
        }
    }

    private SimulatedSocket? Take(TcpEnd end)
    {
        var socket = new SimulatedSocket(_process, end);
        if (end.State != TcpState.Closed)
        {
            _process.Opened(socket);
            return socket;
        }

        // getpeername(2) says ENOTCONN: it was reset in the backlog.
        return null;
    }

    private void Retry()
    {
        _isPosted = false;
        if (_accepting is { } accepting && Next() is { } result)
        {
            _accepting = null;
            accepting.Complete(result);
        }
    }

    private SocketResult? Next()
    {
        if (_isClosed)
        {
            return PendingOperation.Aborted;
        }

        if (_backlog.Count == 0)
        {
            return null;
        }

        if (_process.LacksFiles)
        {
            return new SocketResult(0, SocketError.TooManyOpenSockets);
        }

        _accepted = _backlog.Dequeue();
        return default(SocketResult);
    }
}
