using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>
/// Accepts connections and nothing else: everything that takes time happens elsewhere, so no peer can delay the next
/// accept.
/// </summary>
public sealed class Listener
{
    // As many as one turn can accept without making another connection on this loop wait for long.
    private const int AcceptsPerTurn = 64;

    private static readonly TimeSpan _firstPause = DeadlineWheel.Tick;
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    // At the limit, connections that come and go cause a pause each; these are reported as one.
    private static readonly TimeSpan _pausesInOne = TimeSpan.FromMinutes(1);

    // Longer than it takes to the other side of the world and back; less than the second after which a SYN that was not
    // answered comes again.
    private static readonly TimeSpan _longestHandshake = TimeSpan.FromMilliseconds(500);

    private readonly IListenSocket _socket;
    private readonly DeadlineWheel _wheel;
    private readonly SocketError _shortage;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<bool> _hasRoom = static () => false;
    private Action<SocketChannel> _accepted = static _ => { };
    private TimeSpan? _lastPause;

    private Listener(IListenSocket socket, Engine engine) =>
        (_socket, _wheel, _shortage) = (socket, engine.Wheel, engine.Files.Shortage);

    /// <summary>The address bound, with the port the system chose if 0 was asked for.</summary>
    public EndPoint EndPoint => _socket.EndPoint;

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static Listener Bind(IPEndPoint endPoint, Engine engine, bool reusePort = false) =>
        new(engine.Network.Listen(endPoint, reusePort), engine);

    /// <inheritdoc cref="UnixSocketFile.Listen(UnixEndPoint, int, UnixFileMode, string?)"/>
    public static Listener Bind(UnixEndPoint at, UnixFileMode mode, string? owner, Engine engine) =>
        new(engine.Network.Listen(at, mode, owner), engine);

    /// <inheritdoc cref="INetwork.Listen(PassedSocket)"/>
    internal static Listener Bind(PassedSocket passed, Engine engine) => new(engine.Network.Listen(passed), engine);

    /// <summary>
    /// Runs until <see cref="Stop"/>. It pauses when resources are short, and skips a peer that left early.
    /// </summary>
    /// <param name="hasRoom">False while connections have to wait in the backlog.</param>
    /// <param name="accepted">Receives the socket; must return at once.</param>
    /// <param name="pausing">
    /// Called with the reason when accepting has to pause; not again before a minute has passed without a pause.
    /// </param>
    public async Task RunAsync(Func<bool> hasRoom, Action<SocketChannel> accepted, Action<SocketError> pausing)
    {
        (_hasRoom, _accepted) = (hasRoom, accepted);
        var pause = _firstPause;
        for (var inTurn = 0; ; inTurn++)
        {
            if (!hasRoom())
            {
                Announce(_shortage, pausing);
                while (!hasRoom() && !_stopped.Task.IsCompleted)
                {
                    await PauseAsync(_firstPause).ConfigureAwait(false);
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
                    await PauseAsync(pause).ConfigureAwait(false);
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

    /// <summary>
    /// Stops without losing a connection: accepts those whose handshake has begun, and leaves others to whoever else
    /// listens on the same address.
    /// </summary>
    public async Task StopAsync()
    {
        if (_socket.LeaveToOthers())
        {
            await _wheel.DelayAsync(_longestHandshake).ConfigureAwait(false);
        }

        Stop();
    }

    /// <summary>
    /// Accepts what waits in the backlog, as far as there is room, and closes the listening socket at once.
    /// </summary>
    public void Stop()
    {
        _socket.Close(_hasRoom, socket => _accepted(new SocketChannel(socket)));
        // Only now: an accept loop that wakes up would take some of them, and still be at it when this returns.
        _stopped.TrySetResult();
    }

    private Task<Task> PauseAsync(TimeSpan pause) => Task.WhenAny(_wheel.DelayAsync(pause), _stopped.Task);

    private void Announce(SocketError reason, Action<SocketError> pausing)
    {
        if (_lastPause is not { } last || _wheel.Now - last > _pausesInOne)
        {
            pausing(reason);
        }

        _lastPause = _wheel.Now;
    }
}
