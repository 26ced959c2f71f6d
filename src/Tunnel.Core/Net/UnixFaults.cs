using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>Why we cannot connect to a Unix socket, in plain words.</summary>
internal static class UnixFaults
{
    public static string OfConnecting(SocketError error) =>
        error switch
        {
            // The runtime's name for ENOENT.
            SocketError.AddressNotAvailable => "there is no such file: nobody listens there yet, or the path is wrong",
            SocketError.ConnectionRefused =>
                "nobody listens on it (the file is left from a process that has ended, or is not a socket)",
            SocketError.AccessDenied =>
                "permission denied; give this user the right to write to the socket, and to search its directories",
            // connect(2), EAGAIN.
            SocketError.WouldBlock =>
                "its queue is full: the process that listens on it does not accept connections fast enough",
            // EPROTOTYPE.
            SocketError.ProtocolType => "it is a socket for datagrams, not for connections",
            SocketError.OperationAborted => "no answer so far",
            _ => SocketErrors.Words(error),
        };
}
