using System.Net;
using System.Net.Sockets;
using Tunnel.Net;

namespace Tunnel.Simulator;

/// <summary>A socket of a process under test.</summary>
internal sealed class SimulatedSocket : ITcpSocket
{
    private readonly SimulatedProcess _process;
    private readonly Scheduler _scheduler;
    private TcpEnd? _end;
    private PendingOperation? _connecting;
    private PendingOperation? _reading;
    private PendingOperation? _sending;
    private ReadOnlyMemory<byte> _toSend;
    private int _sent;
    private bool _readIsPosted;
    private bool _sendIsPosted;
    private bool _isClosed;
    private bool _isReleased;

    public SimulatedSocket(SimulatedProcess process, TcpEnd? end)
    {
        (_process, _scheduler) = (process, process.Scheduler);
        if (end is not null)
        {
            Attach(end);
        }
    }

    /// <summary>Null until it is connected.</summary>
    public TcpEnd? End => _end;

    public EndPoint RemoteEndPoint => _end!.Remote;

    public EndPoint? LocalEndPoint => _isClosed ? null : _end!.Peer.Remote;

    public ValueTask<SocketResult> ConnectAsync(EndPoint to)
    {
        if (_isClosed)
        {
            return new(PendingOperation.Aborted);
        }

        _connecting = new PendingOperation(Continuation.LoopWithinBudget, _scheduler.Dice);
        _process.Internet.Dial(
            _process.Machine,
            (IPEndPoint)to,
            (end, error) =>
            {
                if (_isClosed || _connecting is null)
                {
                    end?.Abort();
                    return;
                }

                if (end is not null)
                {
                    Attach(end);
                }

                _scheduler.Post(() => Finish(ref _connecting, new SocketResult(0, error)));
            }
        );
        return _connecting.Task;
    }

    public ValueTask<SocketResult> WaitReadableAsync(Continuation continuation)
    {
        _scheduler.Interrupt();
        if (_isClosed)
        {
            return new(PendingOperation.Aborted);
        }

        if (_reading is not null)
        {
            throw new InvalidOperationException("two waits for readability at once");
        }

        var result = _end!.Poll();
        if (result.Error != SocketError.WouldBlock)
        {
            return new(result);
        }

        _reading = new PendingOperation(continuation, _scheduler.Dice);
        return _reading.Task;
    }

    public SocketResult Receive(Span<byte> buffer)
    {
        _scheduler.Interrupt();
        return _isClosed ? PendingOperation.Aborted : _end!.Receive(buffer);
    }

    public SocketResult Send(ReadOnlySpan<byte> bytes)
    {
        _scheduler.Interrupt();
        return _isClosed ? PendingOperation.Aborted : _end!.Send(bytes);
    }

    public ValueTask<SocketResult> SendAsync(ReadOnlyMemory<byte> bytes, Continuation continuation)
    {
        _scheduler.Interrupt();
        if (_isClosed)
        {
            return new(PendingOperation.Aborted);
        }

        if (_sending is not null)
        {
            throw new InvalidOperationException("two sends at once");
        }

        (_toSend, _sent) = (bytes, 0);
        if (SendMore() is { } result)
        {
            return new(result);
        }

        _sending = new PendingOperation(continuation, _scheduler.Dice);
        return _sending.Task;
    }

    public SocketResult ShutdownSend()
    {
        _scheduler.Interrupt();
        return _isClosed ? PendingOperation.Aborted : _end!.ShutdownSend();
    }

    public PeerState? Inspect()
    {
        _scheduler.Interrupt();
        return _isClosed ? null : _end!.Inspect();
    }

    public SocketError TakeError() => _isClosed ? SocketError.OperationAborted : _end!.TakeError();

    public void Close() => CloseOnce(end => end.Close());

    public void Cut() => CloseOnce(end => end.Abort());

    public void Release()
    {
        if (_isReleased || !_isClosed)
        {
            throw new InvalidOperationException(
                _isReleased ? "a socket was released twice" : "an open socket was released"
            );
        }

        if (_reading is not null || _sending is not null)
        {
            throw new InvalidOperationException("a socket was released with an operation under way");
        }

        _isReleased = true;
        _process.Forget(this);
    }

    private void Attach(TcpEnd end)
    {
        _end = end;
        end.Changed = Look;
    }

    /// <summary>The kernel's side: what has become possible is resumed by the engine, in its own time.</summary>
    private void Look()
    {
        if (_reading is not null && !_readIsPosted && _end!.IsReadable)
        {
            _readIsPosted = true;
            _scheduler.Post(RetryRead);
        }

        if (_sending is not null && !_sendIsPosted && _end!.IsWritable)
        {
            _sendIsPosted = true;
            _scheduler.Post(RetrySend);
        }
    }

    private void RetryRead()
    {
        _readIsPosted = false;
        if (_reading is not null && !_isClosed && _end!.Poll() is { Error: not SocketError.WouldBlock } result)
        {
            Finish(ref _reading, result);
        }
    }

    private void RetrySend()
    {
        _sendIsPosted = false;
        if (_sending is not null && !_isClosed && SendMore() is { } result)
        {
            Finish(ref _sending, result);
        }
    }

    /// <returns>Null while there is more to send than room.</returns>
    private SocketResult? SendMore()
    {
        while (_sent < _toSend.Length)
        {
            var result = _end!.Send(_toSend.Span[_sent..]);
            if (result.Error != SocketError.Success)
            {
                return result.Error == SocketError.WouldBlock ? null : new SocketResult(0, result.Error);
            }

            _sent += result.Bytes;
        }

        return new SocketResult(_sent, SocketError.Success);
    }

    private void CloseOnce(Action<TcpEnd> close)
    {
        if (_isClosed)
        {
            return;
        }

        _scheduler.Interrupt();
        _isClosed = true;
        if (_end is not null)
        {
            _end.Changed = null;
            close(_end);
        }

        _process.Closed(this);
        _scheduler.Post(() => Finish(ref _connecting, PendingOperation.Aborted));
        _scheduler.Post(() => Finish(ref _reading, PendingOperation.Aborted));
        _scheduler.Post(() => Finish(ref _sending, PendingOperation.Aborted));
    }

    private static void Finish(ref PendingOperation? operation, SocketResult result)
    {
        var finished = operation;
        operation = null;
        finished?.Complete(result);
    }
}
