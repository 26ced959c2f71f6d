using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>Why a transport failed.</summary>
public enum TransportFaultKind
{
    /// <summary>The connection, or the system.</summary>
    Network,

    /// <summary>The peer says that it does not accept us: trying again cannot help.</summary>
    RefusedByPeer,

    /// <summary>The peer says that it broke off the stream for a reason of its own.</summary>
    BrokenOff,

    /// <summary>One side says that the other broke the rules of the protocol.</summary>
    Protocol,
}

/// <summary>A transport that failed.</summary>
/// <param name="Kind">For decisions.</param>
/// <param name="Trouble">For people.</param>
public sealed record TransportFault(TransportFaultKind Kind, Trouble Trouble)
{
    /// <summary>The name of the TLS alert that the peer has sent, such as <c>unknown_ca</c>; null: none.</summary>
    public string? Alert { get; init; }

    /// <summary>The connection failed.</summary>
    public static TransportFault Of(SocketError error) => new(TransportFaultKind.Network, SocketErrors.Of(error));

    /// <summary>Breaking off in words is to a protocol what RST is to TCP.</summary>
    public IoStatus Status => Kind == TransportFaultKind.BrokenOff ? IoStatus.Reset : IoStatus.Failed;
}
