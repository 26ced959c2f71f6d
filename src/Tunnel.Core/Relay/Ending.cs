using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>
/// Why one session ends: the first cause that is noted counts. Ending it cuts everything that it has adopted, and then
/// all operations complete. From any thread.
/// </summary>
/// <param name="front">The connection that was accepted.</param>
internal sealed class Ending(SocketChannel? front = null)
{
    private readonly Lock _lock = new();
    private SocketChannel? _back;
    private Action? _cutAttempt;
    private SessionEnd? _cause;

    /// <summary>Null while the session goes on.</summary>
    public SessionEnd? Cause => Volatile.Read(ref _cause);

    /// <summary>True once the session has been ended, by anybody.</summary>
    public bool HasCome => Cause is not null;

    /// <returns>False when another cause was noted before.</returns>
    public bool TryNote(SessionEnd cause) => Interlocked.CompareExchange(ref _cause, cause, null) is null;

    /// <summary>Notes the cause and cuts both sides at once.</summary>
    /// <returns>False when another cause was noted before.</returns>
    public bool End(SessionEnd cause)
    {
        var isFirst = TryNote(cause);
        // Also when it was not the first: a session that is still telling its sides about its end is cut short.
        Cut();
        return isFirst;
    }

    /// <summary>
    /// From now on the end of the session cuts this as well. False if the end has come already; the channel is then
    /// cut.
    /// </summary>
    public bool Adopt(SocketChannel back)
    {
        lock (_lock)
        {
            _back = back;
            if (!HasCome)
            {
                return true;
            }
        }

        back.Abort();
        return false;
    }

    /// <summary>What to call if the end comes while we reach the far side; null when that is over.</summary>
    public void CutAttemptBy(Action? cut)
    {
        lock (_lock)
        {
            _cutAttempt = cut;
            if (!HasCome)
            {
                return;
            }
        }

        cut?.Invoke();
    }

    /// <summary>Cuts everything that it has adopted; whoever is cut notes the cause.</summary>
    public void Cut()
    {
        SocketChannel? back;
        Action? cutAttempt;
        lock (_lock)
        {
            (back, cutAttempt) = (_back, _cutAttempt);
        }

        front?.Abort();
        back?.Abort();
        cutAttempt?.Invoke();
    }
}
