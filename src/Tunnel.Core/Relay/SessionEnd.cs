using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>How one session ended: the first cause; only that is kept.</summary>
public sealed record SessionEnd(CloseReason Reason, Party By, string? Detail = null)
{
    public SessionEnd(CloseReason reason, Party by, Trouble trouble)
        : this(reason, by, trouble.Cause) => Remedy = trouble.Remedy;

    /// <summary>What to do about it, where the reason alone does not say; null: nothing more.</summary>
    public string? Remedy { get; init; }

    /// <summary>For the log: the detail, and what to do; null: neither.</summary>
    public string? Words => Remedy is null ? Detail : $"{Detail}; {Remedy}";

    /// <summary>A side broke off.</summary>
    /// <param name="status">The result of reading from it or writing to it.</param>
    internal static SessionEnd Of(Leg leg, IoStatus status)
    {
        var reason = status switch
        {
            IoStatus.Reset => CloseReason.Reset,
            IoStatus.Truncated => CloseReason.Truncated,
            // Aborted by us: the code that did it has noted the cause.
            IoStatus.Aborted => CloseReason.InternalError,
            _ => CloseReason.NetworkError,
        };
        return leg.Transport.Fault is { Trouble: var trouble }
            ? new SessionEnd(reason, leg.Party, trouble)
            : new SessionEnd(reason, leg.Party);
    }
}
