using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>Whom a tunnel has refused, for its status. From any thread.</summary>
internal sealed class Refusals(TimeProvider time)
{
    private LastRefusal? _last;

    /// <summary>Since the start, by why.</summary>
    public Tally<RefusalCode> Counts { get; } = new();

    /// <summary>Null before the first.</summary>
    public LastRefusal? Last => Volatile.Read(ref _last);

    /// <param name="peer">Where it is.</param>
    /// <param name="claimed">Who it says it is; null: it says nothing.</param>
    public void Note(string peer, string? claimed, Refusal why)
    {
        Counts.Count(why.Code);
        Volatile.Write(ref _last, new LastRefusal(time.GetUtcNow(), peer, claimed, why));
    }
}

/// <summary>Who was refused last, and why.</summary>
internal sealed record LastRefusal(DateTimeOffset At, string Peer, string? Claimed, Refusal Why);
