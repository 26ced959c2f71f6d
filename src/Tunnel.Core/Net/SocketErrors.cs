using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>Socket errors in plain words.</summary>
internal static class SocketErrors
{
    private static readonly Trouble _refused = Trouble.Of(
        "connection refused (nothing listens there)",
        "start the service there, or correct the host and port"
    );

    private static readonly Trouble _reset = Trouble.Of(
        "connection reset by the peer",
        "look into the log of the peer, and of firewalls on the way"
    );

    /// <summary>The cause alone, where what to do is said by other words of the same line.</summary>
    public static string Words(SocketError error) => Of(error).Cause;

    public static Trouble Of(SocketError error) =>
        error switch
        {
            SocketError.ConnectionRefused => _refused,
            SocketError.ConnectionReset => _reset,
            SocketError.HostUnreachable => Trouble.Of(
                "no route to the host",
                "look whether that machine runs, and whether a firewall rejects it"
            ),
            SocketError.NetworkUnreachable => Trouble.Of(
                "network unreachable",
                "look at this machine's network ('ip route')"
            ),
            SocketError.TimedOut => Trouble.Of(
                "no answer from the peer (connection timed out)",
                "look whether that machine runs, and whether a firewall drops packets"
            ),
            SocketError.AccessDenied => Trouble.Of(
                "permission denied",
                "look at the rights of this user, and at firewalls and security policies of this machine"
            ),
            SocketError.TooManyOpenSockets => Trouble.Of(
                "too many open files (raise the limit: ulimit -n, or LimitNOFILE= of a systemd unit)",
                "raise it, or lower limits.sessions"
            ),
            SocketError.NoBufferSpaceAvailable => Trouble.Of(
                "no memory for more connections (give the container or the machine more)",
                "do that, or lower limits.sessions"
            ),
            SocketError.OperationAborted => Trouble.Of("given up", "try again, and wait longer"),
            _ => Trouble.Of(
                $"{new SocketException((int)error).Message} ({error})",
                "these words are the system's: look at the network of this machine"
            ),
        };
}
