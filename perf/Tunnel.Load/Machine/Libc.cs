using System.Runtime.InteropServices;

namespace Tunnel.Load.Machine;

/// <summary>The system calls whose cost is measured, without anything of .NET around them.</summary>
internal static class Libc
{
    public const int DontWait = 0x40; // MSG_DONTWAIT
    public const int AddToEpoll = 1; // EPOLL_CTL_ADD

    [DllImport("libc", EntryPoint = "eventfd")]
    public static extern int EventFd(uint initial, int flags);

    [DllImport("libc", EntryPoint = "read")]
    public static extern nint Read(int descriptor, ref long value, nint length);

    [DllImport("libc", EntryPoint = "write")]
    public static extern nint Write(int descriptor, ref long value, nint length);

    [DllImport("libc", EntryPoint = "close")]
    public static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "recv")]
    public static extern nint Receive(nint socket, ref long value, nint length, int flags);

    [DllImport("libc", EntryPoint = "epoll_create1")]
    public static extern int NewEpoll(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl")]
    public static extern int ControlEpoll(int epoll, int operation, int descriptor, ref EpollEvent wanted);

    [DllImport("libc", EntryPoint = "epoll_wait")]
    public static extern int WaitForEpoll(int epoll, ref EpollEvent events, int most, int milliseconds);

    /// <param name="thread">0: the calling thread.</param>
    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    public static extern int PinTo(int thread, nint maskBytes, ref ulong mask);

    [DllImport("libc", EntryPoint = "sched_getaffinity")]
    public static extern int PinnedTo(int thread, nint maskBytes, ref ulong mask);

    /// <summary>As on x64, where the kernel wants it packed.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    public struct EpollEvent
    {
        [FieldOffset(0)]
        public uint Events;
    }
}
