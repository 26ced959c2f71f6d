using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Tunnel.Net;

/// <summary>
/// Puts sockets on a chosen loop. The runtime assigns its epoll threads to sockets in turn, when they first have to
/// wait for something, and offers no way to choose. So we set the counter that says whose turn it is, a private field
/// of the runtime, just before.
/// </summary>
/// <remarks>
/// A native file contains its runtime, so what tests find there is what runs. If a runtime has no such field, sockets
/// go where it puts them: everything works, but a message wakes two threads instead of one.
/// </remarks>
internal static class LoopOrder
{
    // Held during the system call that assigns a socket to a thread, once or twice in a socket's life, so that nobody
    // else changes whose turn it is. A socket that is not begun here takes a turn, and may put another one on the wrong
    // loop.
    private static readonly Lock _lock = new();

    private static readonly EventLoop?[] _loops = new EventLoop?[EventLoop.EngineCount()];
    private static readonly bool _canChoose = HasCounter();

    /// <summary>The loops in the runtime's order; null for a thread that is not a loop (yet).</summary>
    public static ReadOnlySpan<EventLoop?> Loops => _loops;

    /// <summary>Begins an operation on a socket, on the seat's loop. True if it is pending.</summary>
    public static bool Begin(
        LoopSeat seat,
        Func<Socket, SocketOperation, bool> begin,
        Socket socket,
        SocketOperation operation
    )
    {
        lock (_lock)
        {
            if (!seat.IsTaken)
            {
                LetNextBe(seat.Loop!.Place);
            }

            var isPending = begin(socket, operation);
            seat.IsTaken |= isPending;
            return isPending;
        }
    }

    /// <summary>Makes a bell listen on the thread at this place. False when the bell is broken.</summary>
    public static bool TryHang(LoopBell bell, int place)
    {
        lock (_lock)
        {
            LetNextBe(place);
            return bell.TryHear();
        }
    }

    /// <summary>From now on the loop can be chosen; at most one at each place.</summary>
    public static void Enlist(EventLoop loop)
    {
        lock (_lock)
        {
            if (loop.Place < _loops.Length)
            {
                _loops[loop.Place] ??= loop;
            }
        }
    }

    /// <summary>The loop can no longer be chosen.</summary>
    public static void Strike(EventLoop loop)
    {
        lock (_lock)
        {
            if (loop.Place < _loops.Length && _loops[loop.Place] == loop)
            {
                _loops[loop.Place] = null;
            }
        }
    }

    private static bool HasCounter()
    {
        try
        {
            return LastTurn(null) >= -1;
        }
        catch (Exception e) when (e is MissingFieldException or TypeLoadException)
        {
            return false;
        }
    }

    private static void LetNextBe(int place)
    {
        if (_canChoose)
        {
            LastTurn(null) = place - 1;
        }
    }

    /// <summary>
    /// The runtime's engine for the last socket; the next socket gets the next engine, modulo their number.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "s_allocateFromEngine")]
    private static extern ref int LastTurn(
        [UnsafeAccessorType("System.Net.Sockets.SocketAsyncEngine, System.Net.Sockets")] object? engine
    );
}
