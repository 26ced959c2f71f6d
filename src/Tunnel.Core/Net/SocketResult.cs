using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>The result of one socket operation. A socket error is a result, never an exception.</summary>
/// <param name="Bytes">
/// Bytes moved; 0 with <see cref="SocketError.Success"/> after a receive into room means FIN.
/// </param>
/// <param name="Error">
/// The system's verdict; <see cref="SocketError.OperationAborted"/> when we closed the socket ourselves.
/// </param>
public readonly record struct SocketResult(int Bytes, SocketError Error)
{
    /// <summary>The status of a failed operation; <see cref="IoStatus.Ok"/> when it did not fail.</summary>
    public IoStatus Status =>
        Error switch
        {
            SocketError.Success => IoStatus.Ok,
            // EPIPE arrives as Shutdown: we wrote to a peer that has already answered with RST.
            SocketError.ConnectionReset or SocketError.Shutdown => IoStatus.Reset,
            SocketError.OperationAborted or SocketError.Interrupted => IoStatus.Aborted,
            _ => IoStatus.Failed,
        };
}
