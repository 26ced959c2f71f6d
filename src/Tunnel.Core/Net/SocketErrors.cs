using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>Socket errors in plain words.</summary>
internal static class SocketErrors
{
    public const string TooManyFiles =
        "too many open files (raise the limit: ulimit -n, or LimitNOFILE= of a systemd unit)";

    public static string Words(SocketError error) =>
        error switch
        {
            SocketError.ConnectionRefused => "connection refused (nothing listens there)",
            SocketError.ConnectionReset => "connection reset by the peer",
            SocketError.HostUnreachable => "no route to the host",
            SocketError.NetworkUnreachable => "network unreachable",
            SocketError.TimedOut => "no answer from the peer (connection timed out)",
            SocketError.AccessDenied => "permission denied",
            SocketError.TooManyOpenSockets => TooManyFiles,
            SocketError.NoBufferSpaceAvailable =>
                "no memory for more connections (give the container or the machine more)",
            SocketError.OperationAborted => "given up",
            _ => $"{new SocketException((int)error).Message} ({error})",
        };
}
