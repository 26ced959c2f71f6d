using Tunnel.Relay;

namespace Tunnel.Sessions;

/// <summary>How many sessions there are, and the totals of the ended ones. From any thread.</summary>
internal sealed class SessionCounts
{
    private int _active;
    private long _accepted;
    private long _endedSent;
    private long _endedReceived;

    public int Active => Volatile.Read(ref _active);

    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Ended sessions by why they ended.</summary>
    public Tally<CloseReason> Ended { get; } = new();

    /// <summary>Ended, and not in order.</summary>
    public long Failed => Ended.Sum - Ended[CloseReason.Eof] - Ended[CloseReason.Probe];

    /// <summary>Bytes of all ended sessions.</summary>
    public (long Sent, long Received) EndedBytes => (Volatile.Read(ref _endedSent), Volatile.Read(ref _endedReceived));

    /// <returns>How many are active now.</returns>
    public int Begin()
    {
        Interlocked.Increment(ref _accepted);
        return Interlocked.Increment(ref _active);
    }

    public void AddEnded(long sent, long received, CloseReason why)
    {
        Interlocked.Add(ref _endedSent, sent);
        Interlocked.Add(ref _endedReceived, received);
        Ended.Count(why);
    }

    /// <returns>How many are active now.</returns>
    public int End() => Interlocked.Decrement(ref _active);
}
