using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>How a wait for a place among the sessions has ended.</summary>
internal enum AdmissionResult
{
    /// <summary>The session has a place, and gives it back at its end.</summary>
    Admitted,

    /// <summary>The wait took too long, or too many wait already.</summary>
    Busy,

    /// <summary>The session has ended meanwhile.</summary>
    GivenUp,
}

/// <param name="Limit">The key of the limit that was reached; null for one that has a place.</param>
/// <param name="RetryAfter">When it may be worth another try, for one that was turned away.</param>
/// <param name="Traffic">Of its identity, for one that has a place.</param>
internal readonly record struct AdmissionOutcome(
    AdmissionResult Result,
    string? Limit,
    TimeSpan RetryAfter,
    Traffic? Traffic = null
)
{
    public static AdmissionOutcome Admitted(Traffic traffic) => new(AdmissionResult.Admitted, null, default, traffic);
}

/// <summary>A session that waits for a place; its time is up when the deadline is due.</summary>
internal sealed class AdmissionWait : Deadline
{
    private readonly TaskCompletionSource<AdmissionResult> _result = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public AdmissionWait() => Place = new(this);

    /// <summary>Its place in the line of its identity.</summary>
    public LinkedListNode<AdmissionWait> Place { get; }

    public Task<AdmissionResult> Result => _result.Task;

    /// <returns>False when it has ended otherwise.</returns>
    public bool TryEnd(AdmissionResult result) => _result.TrySetResult(result);

    protected internal override void OnDue() => TryEnd(AdmissionResult.Busy);
}
