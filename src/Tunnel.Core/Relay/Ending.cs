namespace Tunnel.Relay;

/// <summary>Why one session ends: the first cause that is noted stands. From any thread.</summary>
internal sealed class Ending
{
    private SessionEnd? _cause;

    /// <summary>Null while the session goes on.</summary>
    public SessionEnd? Cause => Volatile.Read(ref _cause);

    /// <returns>False when another cause was noted before.</returns>
    public bool TryNote(SessionEnd cause) => Interlocked.CompareExchange(ref _cause, cause, null) is null;
}
