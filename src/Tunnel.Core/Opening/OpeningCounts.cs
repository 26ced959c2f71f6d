using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>How the opening of sessions went, since the start. From any thread.</summary>
internal sealed class OpeningCounts
{
    private readonly Tally<HandshakeResult> _completed = new();
    private readonly Tally<HandshakeFaultKind> _failed = new();

    /// <summary>Client: attempts that failed, by why.</summary>
    public Tally<CloseReason> FailedAttempts { get; } = new();

    /// <summary>How handshakes ended: the words of <see cref="HandshakeResult"/>, or the kind of the fault.</summary>
    public SortedDictionary<string, long> Handshakes =>
        new(_completed.ByWord().Concat(_failed.ByWord()).ToDictionary(), StringComparer.Ordinal);

    public void Count(HandshakeOutcome outcome)
    {
        if (outcome.Fault is { } fault)
        {
            _failed.Count(fault.Kind);
        }
        else
        {
            _completed.Count(
                outcome.Refusal is not null ? HandshakeResult.Refused
                : outcome.Info is { Resumed: true } ? HandshakeResult.Resumed
                : HandshakeResult.Full
            );
        }
    }

    private enum HandshakeResult
    {
        /// <summary>With certificates.</summary>
        Full,

        /// <summary>By a session ticket or id (RFC 8446 section 2.2).</summary>
        Resumed,

        /// <summary>We refused the peer's certificate.</summary>
        Refused,
    }
}
