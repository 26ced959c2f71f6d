using System.Runtime.InteropServices;

namespace Tunnel.Net;

/// <summary>
/// Asks Linux to run this thread in short slices: among threads that wait for a processor, the one with the shortest
/// remaining slice goes first, so an event loop with a message runs between two pieces of a bulk transfer instead of
/// after all of them. It takes no more than its share of processor time, and needs no privilege (sched_setattr(2),
/// Linux 6.12; older kernels and other systems ignore it).
/// </summary>
internal static class SchedulerSlice
{
    // The smallest slice that the kernel accepts. With 16 messages beside bulk on two cores: p99 13–35 ms without, 6–8
    // ms with.
    private const ulong SliceNanoseconds = 100_000;

    public static void RequestShortest()
    {
        if (Calls() is not { } calls)
        {
            return;
        }

        var attributes = new SchedulerAttributes();
        try
        {
            // Policy and niceness stay as they are. The result of the second call does not matter: a sandbox may forbid
            // it, and without it the loop is only slower under load.
            if (Call(calls.Get, 0, ref attributes, Marshal.SizeOf<SchedulerAttributes>(), 0) == 0)
            {
                attributes.RuntimeNanoseconds = SliceNanoseconds;
                _ = Call(calls.Set, 0, ref attributes, 0, 0);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException) { }
    }

    // The C library has no functions of these names before glibc 2.41.
    private static (nint Set, nint Get)? Calls() =>
        !OperatingSystem.IsLinux()
            ? null
            : RuntimeInformation.ProcessArchitecture switch
            {
                Architecture.X64 => (314, 315),
                Architecture.Arm64 => (274, 275),
                _ => null,
            };

    [DllImport("libc", EntryPoint = "syscall")]
    private static extern nint Call(
        nint number,
        nint thread,
        ref SchedulerAttributes attributes,
        nint sizeOrFlags,
        nint flags
    );

    /// <summary>struct sched_attr of include/uapi/linux/sched/types.h, 48 bytes; policy 0 is SCHED_OTHER.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SchedulerAttributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong RuntimeNanoseconds;
        public ulong DeadlineNanoseconds;
        public ulong PeriodNanoseconds;
    }
}
