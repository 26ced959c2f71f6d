using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>How one session ended: the first cause; only that is kept.</summary>
public sealed record SessionEnd(CloseReason Reason, Party By, string? Detail = null)
{
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
        return new SessionEnd(reason, leg.Party, leg.Transport.Fault?.Words);
    }
}
