using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>
/// The system's side of one connection, as <see cref="SocketChannel"/> uses it: tcp(7) without any policy of ours, and
/// unix(7) made to look like it.
/// One wait for readability and one send may be under way at a time. Peers and networks make nothing throw.
/// </summary>
/// <remarks>The seam under which the simulator puts a network of its own.</remarks>
internal interface ITcpSocket
{
    /// <summary>Of a socket that was connected, even if it has been cut since.</summary>
    EndPoint RemoteEndPoint { get; }

    /// <summary>Where we accepted it, or dialled it from; null when the socket is no longer usable.</summary>
    EndPoint? LocalEndPoint { get; }

    /// <summary>Only once, and before anything else.</summary>
    /// <returns>The result of connect(2); <see cref="SocketError.OperationAborted"/> after <see cref="Cut"/>.</returns>
    ValueTask<SocketResult> ConnectAsync(EndPoint to);

    /// <summary>Completes when there is something to receive: bytes, FIN or an error.</summary>
    ValueTask<SocketResult> WaitReadableAsync(Continuation continuation);

    /// <summary>Receives what is there; no bytes and no error mean that the stream is over.</summary>
    SocketResult Receive(Span<byte> buffer);

    /// <summary>Sends as much as there is room for.</summary>
    SocketResult Send(ReadOnlySpan<byte> bytes);

    /// <summary>Completes when all bytes are with the system.</summary>
    ValueTask<SocketResult> SendAsync(ReadOnlyMemory<byte> bytes, Continuation continuation);

    /// <summary>Sends FIN after everything sent so far.</summary>
    SocketResult ShutdownSend();

    /// <summary>
    /// What the system knows about the connection; null when the socket is no longer usable.
    /// </summary>
    PeerState? Inspect();

    /// <summary>The error that the system has not reported to any call yet (SO_ERROR); it is reported once.</summary>
    SocketError TakeError();

    /// <summary>
    /// Closes with FIN after everything sent so far, and ends operations under way. Not after <see cref="Cut"/>.
    /// </summary>
    void Close();

    /// <summary>
    /// Closes with RST, which a Unix socket does not have, and ends operations under way. From any thread, any
    /// number of times.
    /// </summary>
    void Cut();

    /// <summary>
    /// Gives back what the process holds for it. Call it after closing, when nothing is under way any more.
    /// </summary>
    void Release();
}
