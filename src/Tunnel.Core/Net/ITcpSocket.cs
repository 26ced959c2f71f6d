using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>
/// The system's side of one TCP connection, as <see cref="SocketChannel"/> uses it: tcp(7) without a policy of ours. One
/// wait for readability and one send may be under way at a time. Nothing throws but <see cref="RemoteEndPoint"/>.
/// </summary>
/// <remarks>The seam under which the simulator puts a network of its own.</remarks>
internal interface ITcpSocket
{
    /// <summary>Of a connected socket.</summary>
    IPEndPoint RemoteEndPoint { get; }

    /// <summary>Only once, and before anything else.</summary>
    /// <returns>What connect(2) came to; <see cref="SocketError.OperationAborted"/> after <see cref="Cut"/>.</returns>
    ValueTask<SocketResult> ConnectAsync(IPEndPoint to);

    /// <summary>Completes when there is something to receive: bytes, FIN or an error.</summary>
    ValueTask<SocketResult> WaitReadableAsync(Continuation continuation);

    /// <summary>Takes what is there; no bytes and no error: the stream is over.</summary>
    SocketResult Receive(Span<byte> buffer);

    /// <summary>Sends what there is room for.</summary>
    SocketResult Send(ReadOnlySpan<byte> bytes);

    /// <summary>Completes when all bytes are with the system.</summary>
    ValueTask<SocketResult> SendAsync(ReadOnlyMemory<byte> bytes, Continuation continuation);

    /// <summary>Sends FIN behind everything sent so far.</summary>
    SocketResult ShutdownSend();

    /// <summary>What the system knows of the connection (TCP_INFO); null when the socket is not usable any more.</summary>
    PeerState? Inspect();

    /// <summary>The error that the system has not reported to any call yet (SO_ERROR); it is reported once.</summary>
    SocketError TakeError();

    /// <summary>Closes with FIN behind everything sent so far, and ends what is under way. Not after <see cref="Cut"/>.</summary>
    void Close();

    /// <summary>Closes with RST, and ends what is under way. From any thread, any number of times.</summary>
    void Cut();

    /// <summary>Gives back what the process holds for it. After closing it, when nothing is under way any more.</summary>
    void Release();
}
