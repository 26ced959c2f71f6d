using System.IO.MemoryMappedFiles;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>
/// The wall clock of processes, as settimeofday(2) would change it, without that of this machine: a library that is
/// loaded before the C library adds so many seconds to it. Monotonic clocks stay as they are.
/// </summary>
internal sealed class WallClock : IDisposable
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static volatile long *ahead;

        __attribute__((constructor)) static void begin(void) {
            int file = open(getenv("TEST_CLOCK"), O_RDONLY);
            void *page = mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
            close(file);
            if (page != MAP_FAILED) ahead = page;
        }

        int clock_gettime(clockid_t id, struct timespec *at) {
            int failed = syscall(SYS_clock_gettime, id, at);
            if (!failed && ahead && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) at->tv_sec += *ahead;
            return failed;
        }

        time_t time(time_t *at) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (at) *at = now.tv_sec;
            return now.tv_sec;
        }

        int gettimeofday(struct timeval *at, void *zone) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            at->tv_sec = now.tv_sec;
            at->tv_usec = now.tv_nsec / 1000;
            return 0;
        }
        """;

    private readonly TempDirectory _files = new();
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _ahead;

    private WallClock()
    {
        _map = MemoryMappedFile.CreateFromFile(_files.File("ahead"), FileMode.CreateNew, null, sizeof(long));
        _ahead = _map.CreateViewAccessor();
    }

    /// <summary>The command for a process that goes by it.</summary>
    public string[] Under => ["env", $"LD_PRELOAD={_files.File("clock.so")}", $"TEST_CLOCK={_files.File("ahead")}"];

    public static async Task<WallClock> CreateAsync()
    {
        var clock = new WallClock();
        var source = clock._files.Write("clock.c", Source);
        await Tool.RunAsync("cc", "-shared", "-fPIC", "-O1", "-o", clock._files.File("clock.so"), source);
        return clock;
    }

    /// <summary>It jumps: so far from that of the machine.</summary>
    public void Jump(TimeSpan ahead) => _ahead.Write(0, (long)ahead.TotalSeconds);

    public void Dispose()
    {
        _ahead.Dispose();
        _map.Dispose();
        _files.Dispose();
    }
}
