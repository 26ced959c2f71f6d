using System.Net;
using Tunnel.Net;

namespace Tunnel.Tls;

/// <summary>
/// The seam between the tunnel and a TLS implementation. A backend turns a connected channel into an encrypted
/// transport; its types are not visible above.
/// </summary>
public interface ITlsBackend
{
    /// <summary>Name and version, for logs and <c>tunnel check</c>.</summary>
    string Description { get; }

    /// <summary>
    /// Bytes that a live session takes of the process's memory, and of the system's for its sockets; measured.
    /// </summary>
    long SessionBytes { get; }

    /// <summary>One per tunnel: prepares here whatever can be prepared once.</summary>
    /// <param name="tell">
    /// Receives the endpoint's news other than outcomes of handshakes; on any thread, must not block.
    /// </param>
    /// <param name="time">The clock that the endpoint uses; null: the system's.</param>
    /// <exception cref="TlsSetupException">The backend cannot use the profile's certificate or key.</exception>
    ITlsEndpoint CreateEndpoint(TlsProfile profile, Action<TlsNotice>? tell = null, TimeProvider? time = null);
}

/// <summary>News of an endpoint that does not concern a single handshake.</summary>
/// <param name="Text">One sentence for the log.</param>
/// <param name="Trouble">The same of a warning; null: it is no warning.</param>
public sealed record TlsNotice(string Text, Trouble? Trouble = null)
{
    public TlsNotice(Trouble trouble)
        : this(trouble.ToString(), trouble) { }

    public bool IsWarning => Trouble is not null;

    /// <summary>No peer can get through: an error in <c>tunnel check</c>, a warning at the start.</summary>
    public bool BreaksTunnel { get; init; }
}

/// <summary>One tunnel's side of all its handshakes. Thread-safe; disposed of after the last of them.</summary>
public interface ITlsEndpoint : IDisposable
{
    /// <summary>
    /// Runs one handshake. Does not throw for what the peer does. The caller limits the time by aborting the channel,
    /// and disposes of the channel unless there is a transport.
    /// </summary>
    /// <param name="early">What has been received already; the endpoint returns its buffer.</param>
    /// <param name="from">The peer's address, perhaps behind a load balancer; null: it has none.</param>
    Task<HandshakeOutcome> HandshakeAsync(SocketChannel channel, Chunk early = default, IPAddress? from = null);

    /// <summary>
    /// Whether a peer that was let in before, perhaps by other rules, would be let in now: null if so, else why not.
    /// From any thread; it may verify signatures.
    /// </summary>
    /// <param name="peer">The result of its handshake, with whichever endpoint that was.</param>
    Refusal? JudgeAgain(TlsInfo peer);
}

/// <summary>
/// The outcome of a handshake: a <see cref="Transport"/>, or a <see cref="Fault"/>, or a <see cref="Refusal"/>. With a
/// refusal the peer must not be served; a transport beside it is only for telling the peer so.
/// </summary>
public sealed record HandshakeOutcome
{
    public ITransport? Transport { get; init; }

    public TlsInfo? Info { get; init; }

    public Refusal? Refusal { get; init; }

    public HandshakeFault? Fault { get; init; }

    /// <summary>
    /// The peer has been sent an alert that says why. Closing at once would destroy the alert
    /// (<c>Opening/LastWords</c>).
    /// </summary>
    public bool AlertIsSent { get; init; }
}
