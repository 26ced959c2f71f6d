namespace Tunnel.Net;

/// <summary>
/// How many clients that have shown who they are the servers of a process have at a time. A sixteenth of the open files
/// is left for those who come when it is full: they are told so, instead of waiting for an answer in the backlog.
/// </summary>
internal sealed class SessionPlaces(OpenFiles files)
{
    private const int Reserved = 16;

    // A sixteenth of fewer is hardly anybody, and would be missed.
    private const int Few = 64;

    private long _taken;

    /// <summary>How many there may be; of few files none are left for anybody.</summary>
    public long Most { get; } = LessReserve(files.Room / OpenFiles.PerSession);

    public bool IsFull => Volatile.Read(ref _taken) >= Most;

    /// <summary>Takes a place; two at the same time may take one too many.</summary>
    public void Take() => Interlocked.Increment(ref _taken);

    public void Return() => Interlocked.Decrement(ref _taken);

    /// <summary>What is left of many when a sixteenth is kept for others.</summary>
    public static long LessReserve(long all) => all < Few ? all : all - (all / Reserved);
}
