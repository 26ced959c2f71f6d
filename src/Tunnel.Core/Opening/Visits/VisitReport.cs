using System.Net;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>How far a visit to a server has come.</summary>
public enum VisitStage
{
    Connect,
    Handshake,

    /// <summary>The server's verdict about us.</summary>
    Verdict,

    /// <summary>The service behind the server.</summary>
    Target,

    /// <summary>An application would be served.</summary>
    Served,
}

/// <summary>What came of a visit to one address of a server. All text is safe to print.</summary>
/// <param name="Address">Whom it was paid.</param>
/// <param name="Stage">Where it ended.</param>
/// <param name="Detail">The words of the log for what went wrong; empty when all went well.</param>
public sealed record VisitReport(EndPoint Address, VisitStage Stage, string Detail)
{
    /// <summary>Where we connected from; null: not connected, or the system does not say.</summary>
    public EndPoint? From { get; init; }

    /// <summary>Null: not come so far. As the two below.</summary>
    public TimeSpan? Connecting { get; init; }

    /// <summary>From our first message to what the server's Finished is to us.</summary>
    public TimeSpan? Shaking { get; init; }

    /// <summary>From there to the server's greeting; it connects to its target meanwhile.</summary>
    public TimeSpan? Answering { get; init; }

    /// <summary>From a segment to its acknowledgement, as the system has measured it; null: it has not.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>What the handshake has agreed on, and the certificate that the server has presented.</summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>Why we refuse the server.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>Why the handshake failed.</summary>
    public HandshakeFault? Fault { get; init; }

    /// <summary>The alert with which the server has refused us, then or later; null: none.</summary>
    public string? Alert { get; init; }

    /// <summary>The time for the stage was up.</summary>
    public bool IsLate { get; init; }

    /// <summary>Bytes that have come from the server, of any kind.</summary>
    public long BytesReceived { get; init; }

    /// <summary>What the server said; null: nothing, or it is no tunnel.</summary>
    public Greeting? Greeting { get; init; }

    /// <summary>Both ends are tunnels.</summary>
    public bool IsTunnel => Opening.Greeting.IsSpokenOver(Tls);
}
