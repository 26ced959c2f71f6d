using System.Runtime.InteropServices;

namespace Tunnel.Net;

/// <summary>Controls what the collector and the C library do with memory that is no longer needed.</summary>
public static class ProcessMemory
{
    // malloc.h of glibc
    private const int ArenaMax = -8;

    /// <summary>
    /// Call it before there are threads. By default each thread, up to eight for each processor, uses its own arena,
    /// and the free pages of one are of no use to the others. As many threads run at once as there are processors; with
    /// twice as many arenas two threads seldom meet.
    /// </summary>
    public static void LimitArenas() => Glibc(static () => _ = mallopt(ArenaMax, 2 * Environment.ProcessorCount));

    /// <summary>Gives free memory back to the system; takes some milliseconds, in which nothing else runs.</summary>
    public static void GiveBack()
    {
        SocketOperation.ForgetUnused();
        // Twice: an object with a finalizer is free only after that has run.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Glibc(static () => _ = malloc_trim(0));
    }

    // Other C libraries have no arenas, and give memory back themselves.
    private static void Glibc(Action call)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            call();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException) { }
    }

    [DllImport("libc")]
    private static extern int mallopt(int parameter, int value);

    [DllImport("libc")]
    private static extern int malloc_trim(nuint pad);
}
