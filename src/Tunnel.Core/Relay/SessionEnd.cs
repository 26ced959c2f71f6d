using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>How one session ended: the first cause, which is the only one kept.</summary>
public sealed record SessionEnd(CloseReason Reason, Party By, string? Detail)
{
    /// <summary>A side broke off.</summary>
    /// <param name="status">What reading from it, or writing to it, came to.</param>
    internal static SessionEnd Of(Leg leg, IoStatus status)
    {
        var reason = status switch
        {
            IoStatus.Reset => CloseReason.Reset,
            IoStatus.Truncated => CloseReason.Truncated,
            // Aborted by us: the cause has been noted by whoever did it.
            IoStatus.Aborted => CloseReason.InternalError,
            _ => CloseReason.NetworkError,
        };
        return new SessionEnd(reason, leg.Party, leg.Transport.Fault?.Words);
    }
}
