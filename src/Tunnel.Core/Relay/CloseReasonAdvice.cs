using static Tunnel.Text.Advice;

namespace Tunnel.Relay;

/// <summary>The field <c>reason</c> of the log, explained.</summary>
public static class CloseReasonAdvice
{
    /// <summary>One for each word, in the order of <see cref="CloseReason"/>.</summary>
    public static IReadOnlyList<Advice> All { get; } =
    [
        On(CloseReason.Eof, "Both directions ended in order: every byte that was accepted has been delivered."),
        On(
            CloseReason.Reset,
            "A side (closed_by) broke the connection off with RST, or with the TLS alert that stands for it.",
            "If this is not what the program there does on purpose, look into its log, and into those of firewalls "
                + "between the two addresses."
        ),
        On(
            CloseReason.Truncated,
            "The TLS stream of the side in closed_by ended without close_notify: it was killed, or somebody in "
                + "between closed the connection.",
            "Look whether that side still runs, and at what stands between the two addresses."
        ),
        On(
            CloseReason.IdleTimeout,
            "Nothing came in either direction for timeouts.idle.",
            "Raise or switch off timeouts.idle, on the side whose log says closed_by=tunnel, if connections may be "
                + "idle for longer."
        ),
        On(
            CloseReason.WriteTimeout,
            "A side took nothing for timeouts.write although there were bytes for it: it hangs, or it has vanished.",
            "Look at the program and the machine on the side in closed_by; raise timeouts.write for slow readers."
        ),
        On(
            CloseReason.HalfCloseTimeout,
            "One direction had ended, and nothing came in the other one for timeouts.half_close.",
            "Raise timeouts.half_close if answers take longer than that; otherwise the program on the other side "
                + "does not close its connection."
        ),
        On(
            CloseReason.HandshakeTimeout,
            "The TLS handshake was not finished within timeouts.handshake; the detail says how far it came.",
            "If the peer is silent, the port or address is probably not that of a tunnel; if the server is busy, see "
                + "limits; raise timeouts.handshake on slow networks."
        ),
        On(
            CloseReason.HandshakeFailed,
            "The TLS handshake failed, but not because of a certificate; the detail says why.",
            "Do what the detail says: most often the wrong port, something that is not TLS, or no common version."
        ),
        On(
            CloseReason.Refused,
            "We refused the peer's certificate; the line above it has refusal and the certificate.",
            "Look up the word in refusal below."
        ),
        On(
            CloseReason.RefusedByPeer,
            "The peer refused our certificate; the detail has what it said.",
            "Look into the peer's log, which says why; then correct our certificate, or the peer's CA or rules."
        ),
        On(
            CloseReason.NoLongerAllowed,
            "The peer of a live session would not be let in now: revoked, taken off the list, expired, or its CA is "
                + "gone; the detail says which.",
            "Nothing if it was meant; otherwise correct the list, the CRL or the certificate, and the peer comes back."
        ),
        On(
            CloseReason.Busy,
            "A limit of the server was reached, and no place became free within a second; the detail names it.",
            "Raise that limit on the server if its target can bear more; 'tunnel status' shows how full each is."
        ),
        On(
            CloseReason.ConnectTimeout,
            "The address in target did not answer within timeouts.connect.",
            "Look whether the machine runs and whether a firewall drops packets from this machine to that address."
        ),
        On(
            CloseReason.Unreachable,
            "The address in target could not be reached; the detail has the system's words.",
            "Start the service there, or correct the host and port: remote_server of a client, target_service of a "
                + "server."
        ),
        On(
            CloseReason.ApplicationLeft,
            "The local application left before the server had been reached.",
            "Nothing, unless it left because it waited too long: the lines before say why the server was not reached."
        ),
        On(
            CloseReason.Probe,
            "Somebody connected to the server's port and left without a byte, as a health check does, or only asked "
                + "what time it is there (tunnel doctor)."
        ),
        On(
            CloseReason.Evicted,
            "A client that had not shown who it is was cut to make room for others.",
            "Raise limits.strangers or limits.strangers_per_source if it was a good one; otherwise keep strangers "
                + "away from the port."
        ),
        On(CloseReason.Killed, "Somebody ended it with 'tunnel sessions kill'."),
        On(
            CloseReason.Shutdown,
            "The tunnel was stopped while the session lived.",
            "Raise timeouts.shutdown if it must not be cut."
        ),
        On(
            CloseReason.NetworkError,
            "The network failed in another way; the detail has the system's words.",
            "Look at the network between the two addresses of the line."
        ),
        On(
            CloseReason.InternalError,
            "A bug of the tunnel itself; a line at level error has its stack.",
            "Report it, with that line."
        ),
    ];
}
