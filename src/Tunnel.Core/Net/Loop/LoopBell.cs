using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tunnel.Net;

/// <summary>
/// Wakes an event loop: a counter in the kernel (eventfd(2)) that the runtime's epoll watches as if it were a socket.
/// It needs no network and no memory for a ring, so no ring is lost, and rings that nobody has received yet count as
/// one.
/// </summary>
internal sealed class LoopBell : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    private readonly Socket _counter;
    private readonly SocketAsyncEventArgs _hearing = new(unsafeSuppressExecutionContextFlow: true);
    private readonly byte[] _one = BitConverter.GetBytes(1L);

    private LoopBell(int counter, Action<bool> rung)
    {
        // If the handle is not a socket, the runtime reads and writes instead of receiving and sending.
        _counter = new Socket(new SafeSocketHandle(counter, ownsHandle: true)) { Blocking = false };
        _hearing.SetBuffer(new byte[sizeof(long)]);
        _hearing.Completed += (_, hearing) => rung(hearing.SocketError == SocketError.Success);
    }

    /// <param name="rung">
    /// Called on a thread of the runtime's socket engine, once for each <see cref="TryHear"/> that returned true; with
    /// false when the bell is broken.
    /// </param>
    /// <returns>Null where there are no such counters, or no file is left.</returns>
    public static LoopBell? TryMake(Action<bool> rung)
    {
        try
        {
            var counter = OperatingSystem.IsLinux() ? NewCounter(0, CloseOnExec | NonBlocking) : -1;
            return counter < 0 ? null : new LoopBell(counter, rung);
        }
        catch (Exception e) when (e is SocketException or DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Makes the callback run. False when the bell is broken.</summary>
    public bool TryRing()
    {
        try
        {
            _counter.Send(_one, SocketFlags.None, out var error);
            return error == SocketError.Success;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Waits for the next ring; all earlier ones count as received. False when the bell is broken.</summary>
    public bool TryHear()
    {
        try
        {
            while (!_counter.ReceiveAsync(_hearing))
            {
                if (_hearing.SocketError != SocketError.Success)
                {
                    return false;
                }
            }

            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    public void Dispose() => _counter.Dispose();

    [DllImport("libc", EntryPoint = "eventfd")]
    private static extern int NewCounter(uint initial, int flags);
}
