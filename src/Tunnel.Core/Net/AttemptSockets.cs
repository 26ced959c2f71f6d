namespace Tunnel.Net;

/// <summary>
/// The sockets of one attempt to connect; at most one wins. The first file is the session's own; each further socket is
/// taken from the budget, so attempts to many silent addresses cannot use up the process's files.
/// </summary>
internal sealed class AttemptSockets(OpenFiles files)
{
    private readonly Lock _lock = new();
    private readonly List<ITcpSocket> _open = [];
    private int _reserved;
    private bool _over;

    /// <summary>True once a socket has won or the attempt was given up: another one is of no use.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
            {
                return _over;
            }
        }
    }

    /// <summary>Takes a file for one more socket; <see cref="Release"/> gives it back.</summary>
    public bool TryReserve()
    {
        lock (_lock)
        {
            if (_reserved > 0 && !files.TryTake(1))
            {
                return false;
            }

            _reserved++;
            return true;
        }
    }

    /// <summary>Gives back the file of a socket that did not win, and closes it.</summary>
    public void Release(ITcpSocket? socket)
    {
        socket?.Cut();
        socket?.Release();
        lock (_lock)
        {
            if (socket is not null)
            {
                _open.Remove(socket);
            }

            if (--_reserved > 0)
            {
                files.Return(1);
            }
        }
    }

    /// <summary>
    /// From now on the socket is closed when another one wins or the attempt is given up. False if it is over already.
    /// </summary>
    public bool TryAdd(ITcpSocket socket)
    {
        lock (_lock)
        {
            if (!_over)
            {
                _open.Add(socket);
            }

            return !_over;
        }
    }

    /// <summary>The winner leaves the attempt; all others are closed.</summary>
    public bool TryWin(ITcpSocket socket)
    {
        lock (_lock)
        {
            return !_over && _open.Remove(socket) && Close();
        }
    }

    /// <summary>Closes all of them. From any thread.</summary>
    public void GiveUp()
    {
        lock (_lock)
        {
            Close();
        }
    }

    private bool Close()
    {
        _over = true;
        _open.ForEach(socket => socket.Cut());
        return true;
    }
}
