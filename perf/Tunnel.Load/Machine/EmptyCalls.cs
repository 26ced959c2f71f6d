using System.Diagnostics;
using System.Net.Sockets;
using Tunnel.Load.Ends;

namespace Tunnel.Load.Machine;

/// <summary>What the two system calls cost that every event loop makes, when they find nothing.</summary>
internal static class EmptyCalls
{
    private const int Calls = 100_000;

    /// <summary>
    /// Nanoseconds of an <c>epoll_wait</c> that does not wait, over one descriptor that is not ready.
    /// </summary>
    public static double EpollWait()
    {
        var (epoll, idle) = (Libc.NewEpoll(0), Libc.EventFd(0, 0));
        var wanted = new Libc.EpollEvent
        {
            Events = 1, /* EPOLLIN */
        };
        if (Libc.ControlEpoll(epoll, Libc.AddToEpoll, idle, ref wanted) != 0)
        {
            throw new InvalidOperationException("epoll_ctl failed");
        }

        var cost = NanosecondsEach(() =>
        {
            Libc.EpollEvent ready = default;
            return Libc.WaitForEpoll(epoll, ref ready, 1, 0) == 0;
        });
        _ = (Libc.Close(epoll), Libc.Close(idle));
        return cost;
    }

    /// <summary>Nanoseconds of a <c>recv</c> on a TCP connection that has nothing (EAGAIN).</summary>
    public static double Receive()
    {
        var port = Wire.FreePort();
        using var listener = Wire.Listen(port);
        using var near = Wire.Dial(port);
        using var far = listener.Accept();
        var socket = near.Handle;
        return NanosecondsEach(() =>
        {
            long nothing = 0;
            return Libc.Receive(socket, ref nothing, sizeof(long), Libc.DontWait) < 0;
        });
    }

    private static double NanosecondsEach(Func<bool> isEmpty)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Calls; i++)
        {
            if (!isEmpty())
            {
                throw new InvalidOperationException("a call that should find nothing found something");
            }
        }

        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Calls;
    }
}
