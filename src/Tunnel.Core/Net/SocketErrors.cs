using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>Socket errors in plain words.</summary>
internal static class SocketErrors
{
    public static string Words(SocketError error) =>
        error switch
        {
            SocketError.ConnectionRefused => "connection refused (nothing listens there)",
            SocketError.ConnectionReset => "connection reset by the peer",
            SocketError.HostUnreachable => "no route to the host",
            SocketError.NetworkUnreachable => "network unreachable",
            SocketError.TimedOut => "no answer from the peer (connection timed out)",
            SocketError.HostNotFound => "the name does not resolve",
            SocketError.TryAgain => "the name server does not answer",
            SocketError.NoData => "the name has no address",
            SocketError.AccessDenied => "permission denied",
            SocketError.AddressAlreadyInUse => "the address is already in use",
            SocketError.AddressNotAvailable => "the address does not belong to this machine",
            SocketError.TooManyOpenSockets => "too many open files (raise the limit: ulimit -n)",
            SocketError.OperationAborted => "given up",
            _ => $"{new SocketException((int)error).Message} ({error})",
        };
}
