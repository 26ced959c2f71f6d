using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>
/// The process's limit on open files as a budget, or as many as its memory has sessions for: take from it before
/// opening a socket, and wait when nothing is left. Without it the sockets would take every file, and the runtime ends
/// the process when it has none for itself.
/// </summary>
/// <param name="room">How many files may be taken.</param>
internal sealed class OpenFiles(long room)
{
    /// <summary>
    /// A session holds its accepted socket, and one that it may open at any time without asking again.
    /// </summary>
    public const int PerSession = 2;

    // For the few files that are needed even at the limit: listeners, the status socket and its one client at a time,
    // logs, name lookups (16), and what the runtime opens to start a thread or to read how much memory a container has.
    // It ends the process when it cannot start a thread.
    private const int Reserve = 64;

    private static readonly Lazy<OpenFiles> _process = new(() => new OpenFiles(RoomOfProcess()));

    // What a process takes that has no session (10 MiB), and what connections on their way take beside that.
    private const long OwnMemory = 14 * 1024 * 1024;

    // Fewer are no use to anybody.
    private const long FewestSessions = 16;

    private long _taken;

    /// <summary>The budget of this process. Files that were open when it was first used are not part of it.</summary>
    public static OpenFiles Process => _process.Value;

    /// <summary>What a caller waits for when there is no room, as the system would say it.</summary>
    public SocketError Shortage { get; private init; } = SocketError.TooManyOpenSockets;

    /// <summary>What there is too little of then, for messages: it can be raised.</summary>
    public string Limit =>
        Shortage == SocketError.NoBufferSpaceAvailable ? "the limit on memory" : "the limit on open files (ulimit -n)";

    /// <summary>The same, but no more than belong to the sessions for which this process has memory.</summary>
    /// <param name="sessionBytes">What one of them takes.</param>
    public static OpenFiles ForSessionsOf(long sessionBytes)
    {
        var byMemory = SessionsIn(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, sessionBytes) * PerSession;
        return byMemory < Process.Room
            ? new OpenFiles(byMemory) { Shortage = SocketError.NoBufferSpaceAvailable }
            : Process;
    }

    /// <summary>How many sessions fit into memory, beside the buffers and the program itself.</summary>
    /// <param name="memory">
    /// Bytes that the process may have: all of the machine's, or three quarters of a container's limit. The last
    /// quarter is for what the system keeps of sockets, and for libraries.
    /// </param>
    internal static long SessionsIn(long memory, long sessionBytes) =>
        Math.Max((memory - (memory / BufferPool.ShareOfMemory) - OwnMemory) / sessionBytes, FewestSessions);

    /// <summary>How many files are taken now.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>How many files may be taken in all.</summary>
    public long Room => room;

    public bool HasRoomFor(int files) => Taken + files <= room;

    /// <summary>Takes without asking, for what is open already. The next caller waits longer.</summary>
    public void Take(int files) => Interlocked.Add(ref _taken, files);

    /// <summary>Takes if there is room.</summary>
    public bool TryTake(int files)
    {
        if (Interlocked.Add(ref _taken, files) <= room)
        {
            return true;
        }

        Return(files);
        return false;
    }

    public void Return(int files) => Interlocked.Add(ref _taken, -files);

    private static long RoomOfProcess()
    {
        if (OpenFileLimit.Read() is not { } files)
        {
            return long.MaxValue / 2;
        }

        // At least one session, however low the limit: then the system refuses.
        var open = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        return Math.Max(files - open - Reserve, PerSession);
    }
}
