using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>Why we cannot connect to a Unix socket, in plain words.</summary>
internal static class UnixFaults
{
    public static Trouble OfConnecting(SocketError error) =>
        error switch
        {
            // The runtime's name for ENOENT.
            SocketError.AddressNotAvailable => Trouble.Of(
                "there is no such file: nobody listens there yet, or the path is wrong",
                "start the service, or correct the path"
            ),
            SocketError.ConnectionRefused => Trouble.Of(
                "nobody listens on it (the file is left from a process that has ended, or is not a socket)",
                "start the service, or correct the path"
            ),
            SocketError.AccessDenied => Trouble.Of(
                "permission denied (to write to the socket, or to search its directories)",
                "give this user the right to write to the socket, and to search its directories"
            ),
            // connect(2), EAGAIN.
            SocketError.WouldBlock => Trouble.Of(
                "its queue is full: the process that listens on it does not accept connections fast enough",
                "look whether that process hangs"
            ),
            // EPROTOTYPE.
            SocketError.ProtocolType => Trouble.Of(
                "it is a socket for datagrams, not for connections",
                "write the path of another one"
            ),
            SocketError.OperationAborted => Trouble.Of("no answer so far", "look whether that process hangs"),
            _ => SocketErrors.Of(error),
        };
}
