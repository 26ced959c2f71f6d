using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tunnel.Net;

/// <summary>
/// What Linux says about a connection inside this machine, where there is no <c>tcp_info</c>: its poll(2) events, and
/// how much of what we sent still waits to be read.
/// </summary>
internal static class UnixState
{
    // asm-generic/socket.h, linux/sock_diag.h: nine 32-bit numbers. The third is what SIOCOUTQ gives: the bytes that
    // the peer has not read, with what the system needs around them.
    private const int SolSocket = 1;
    private const int SoMemInfo = 55;
    private const int MemInfoBytes = 9 * sizeof(uint);
    private const int WriteMemory = 2;

    // asm-generic/poll.h
    private const short PollErr = 0x08;
    private const short PollHup = 0x10;
    private const short PollRdHup = 0x2000;

    // The system counts a message as unread until all of it has been read, and makes messages of 36,864 bytes at most
    // out of larger sends.
    private const int LargestMessageBytes = 36 * 1024;

    /// <param name="sent">Bytes passed to the system so far.</param>
    /// <param name="received">Bytes received so far.</param>
    /// <param name="isBroken">
    /// An error has been taken from the socket: the system reports it once and then knows of none.
    /// </param>
    /// <exception cref="ObjectDisposedException">We have closed it.</exception>
    public static PeerState Read(Socket socket, long sent, long received, bool isBroken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return PeerState.Unknown;
        }

        var events = EventsOf(socket);
        var isOver = isBroken || (events & PollErr) != 0;
        return new PeerState
        {
            IsKnown = true,
            ReadAtMs = Environment.TickCount64,
            // A peer that has closed, POLLHUP, may have sent a request before and not care about the answer. With TCP
            // it would look half-closed, and the request would still be carried.
            Presence =
                isOver ? PeerPresence.Gone
                : (events & (PollHup | PollRdHup)) != 0 ? PeerPresence.SentFin
                : PeerPresence.There,
            IsClosed = isOver,
            BytesAcked = sent - UnreadBytes(socket),
            BytesReceived = received,
            StepBytes = LargestMessageBytes,
        };
    }

    private static short EventsOf(Socket socket)
    {
        var handle = socket.SafeHandle;
        var isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            var asked = new PollEntry { File = (int)handle.DangerousGetHandle(), Events = PollRdHup };
            _ = Poll(ref asked, 1, timeoutMs: 0);
            return asked.Occurred;
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }

    private static long UnreadBytes(Socket socket)
    {
        Span<byte> info = stackalloc byte[MemInfoBytes];
        _ = socket.GetRawSocketOption(SolSocket, SoMemInfo, info);
        return MemoryMarshal.Cast<byte, uint>(info)[WriteMemory];
    }

    [DllImport("libc", EntryPoint = "poll")]
    private static extern int Poll(ref PollEntry entries, nuint count, int timeoutMs);

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int File;
        public short Events;
        public short Occurred;
    }
}
