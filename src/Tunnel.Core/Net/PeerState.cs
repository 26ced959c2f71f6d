namespace Tunnel.Net;

/// <summary>Whether the other end of a connection is still there.</summary>
public enum PeerPresence
{
    There,

    /// <summary>It has sent FIN, perhaps after bytes that have not been read: half-closed, or closed.</summary>
    SentFin,

    /// <summary>Reset, or closed by ourselves.</summary>
    Gone,
}

/// <summary>What the system knows about a connection.</summary>
public readonly record struct PeerState
{
    /// <summary>For a system that does not say: the peer counts as present, and nothing as under way.</summary>
    public static readonly PeerState Unknown;

    /// <summary>False where the system does not say; everything else is then zero.</summary>
    public bool IsKnown { get; init; }

    public PeerPresence Presence { get; init; }

    /// <summary>The connection is over on both sides: by FIN and FIN, by RST, or because the system gave up.</summary>
    public bool IsClosed { get; init; }

    /// <summary>
    /// Bytes of ours that the peer's system has taken since the connection began; SYN and FIN count as one each. For a
    /// Unix socket it only says that the peer has taken some when it changes.
    /// </summary>
    public long BytesAcked { get; init; }

    /// <summary>Bytes that have come from the peer in order, read or not; its FIN counts as one more.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Something has been sent, FIN included, that the peer's system has not acknowledged.</summary>
    public bool HasUnacknowledged { get; init; }

    /// <summary>Something waits in the send queue for room in the peer's window or in the network.</summary>
    public bool HasUnsent { get; init; }

    /// <summary>Probes of a closed window, or of an idle connection, that the peer's system has not answered.</summary>
    public int UnansweredProbes { get; init; }

    /// <summary>
    /// When this was read, in milliseconds of the system's clock, which continues while the process is stopped.
    /// </summary>
    public long ReadAtMs { get; init; }

    /// <summary>Milliseconds since the last acknowledgement came.</summary>
    public uint SinceLastAckMs { get; init; }

    /// <summary>Milliseconds after which unacknowledged data is sent again; doubled each time.</summary>
    public uint RetransmissionTimeoutMs { get; init; }

    /// <summary>
    /// Microseconds from a segment to its acknowledgement, smoothed (tcp(7), <c>tcpi_rtt</c>); 0: not known.
    /// </summary>
    public uint RoundTripUs { get; init; }

    /// <summary>The size of a full segment to the peer.</summary>
    public int SegmentBytes { get; init; }

    /// <summary>The window that the peer offers; 0 also on a kernel before 5.4.</summary>
    public long WindowBytes { get; init; }

    /// <summary>
    /// A reader's progress shows in steps of this size at most, where no window shows it; else 0.
    /// </summary>
    public int StepBytes { get; init; }

    /// <summary>The peer's system has acknowledged all that was sent.</summary>
    public bool SendQueueIsEmpty => !HasUnacknowledged && !HasUnsent;

    /// <summary>An acknowledgement is due from the peer's system.</summary>
    public bool OwesAnswer => HasUnacknowledged || UnansweredProbes > 0;
}
