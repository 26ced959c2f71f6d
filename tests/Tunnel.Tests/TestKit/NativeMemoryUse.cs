using System.Runtime.InteropServices;

namespace Tunnel.Tests.TestKit;

/// <summary>What the C library's allocator has given out: OpenSSL's objects, and little else in this process.</summary>
internal static class NativeMemoryUse
{
    public static long Bytes()
    {
        var info = mallinfo2();
        return (long)(info.SmallAndLarge + info.Mapped);
    }

    [DllImport("libc")]
    private static extern MallocInfo mallinfo2();

    // struct mallinfo2 of malloc.h, glibc 2.33 and later.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MallocInfo
    {
        public readonly nuint Arena;
        public readonly nuint FreeChunks;
        public readonly nuint FreeFastChunks;
        public readonly nuint MappedRegions;
        public readonly nuint Mapped;
        public readonly nuint MostEver;
        public readonly nuint FreeFastBytes;
        public readonly nuint SmallAndLarge;
        public readonly nuint Free;
        public readonly nuint Trimmable;
    }
}
