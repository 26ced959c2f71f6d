using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>
/// Accepts connections and nothing else: whatever takes time happens elsewhere, so no peer can delay the next accept.
/// </summary>
public sealed class Listener
{
    // As many as one accept event brings without another connection on this loop being kept waiting for long.
    private const int AcceptsPerTurn = 64;

    private static readonly TimeSpan _firstPause = DeadlineWheel.Tick;
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    // Connections that come and go at the limit make a pause each; they are one thing to report.
    private static readonly TimeSpan _pausesInOne = TimeSpan.FromMinutes(1);

    private readonly IListenSocket _socket;
    private readonly DeadlineWheel _wheel;
    private TimeSpan? _lastPause;

    private Listener(IListenSocket socket, DeadlineWheel wheel) => (_socket, _wheel) = (socket, wheel);

    /// <summary>The address bound, with the port the system chose if 0 was asked for.</summary>
    public IPEndPoint EndPoint => _socket.EndPoint;

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static Listener Bind(IPEndPoint endPoint, Engine engine) =>
        new(engine.Network.Listen(endPoint), engine.Wheel);

    /// <summary>Runs until <see cref="Stop"/>. Lack of resources makes it pause and go on; a peer that left early is skipped.</summary>
    /// <param name="hasRoom">False while connections have to wait in the backlog.</param>
    /// <param name="accepted">Takes the socket; must return at once.</param>
    /// <param name="pausing">
    /// Called with the reason when accepting has to pause; not again before a minute has passed without a pause.
    /// </param>
    public async Task RunAsync(Func<bool> hasRoom, Action<SocketChannel> accepted, Action<SocketError> pausing)
    {
        var pause = _firstPause;
        for (var inTurn = 0; ; inTurn++)
        {
            if (!hasRoom())
            {
                Announce(SocketError.TooManyOpenSockets, pausing);
                while (!hasRoom())
                {
                    await _wheel.DelayAsync(_firstPause).ConfigureAwait(false);
                    _lastPause = _wheel.Now;
                }
            }

            var accepting = _socket.AcceptAsync();
            inTurn = accepting.IsCompleted ? inTurn : 0;
            var result = await accepting.ConfigureAwait(false);
            switch (result.Error)
            {
                case SocketError.Success:
                    pause = _firstPause;
                    if (_socket.TakeAccepted() is { } socket)
                    {
                        accepted(new SocketChannel(socket));
                    }

                    break;
                case SocketError.OperationAborted or SocketError.Interrupted:
                    _socket.Release();
                    return;
                case SocketError.ConnectionAborted or SocketError.ConnectionReset:
                    break;
                default:
                    // EMFILE, ENFILE, ENOBUFS, ENOMEM: the waiting connection stays in the backlog until there is room.
                    Announce(result.Error, pausing);
                    await _wheel.DelayAsync(pause).ConfigureAwait(false);
                    pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
                    break;
            }

            if (inTurn >= AcceptsPerTurn)
            {
                inTurn = 0;
                await EventLoop.Yield();
            }
        }
    }

    /// <summary>Closes the listening socket; connections that wait in its backlog are refused by the system.</summary>
    public void Stop() => _socket.Close();

    private void Announce(SocketError reason, Action<SocketError> pausing)
    {
        if (_lastPause is not { } last || _wheel.Now - last > _pausesInOne)
        {
            pausing(reason);
        }

        _lastPause = _wheel.Now;
    }
}
