using System.Text.Json.Serialization;
using Tunnel.Config;

namespace Tunnel.Simulator;

/// <summary>
/// What a world is like: who talks through it, on what network, and what goes wrong. It can be written down as JSON.
/// </summary>
internal sealed record WorldSpec
{
    public TlsKind Tls { get; init; }

    public TcpSizes Application { get; init; } = TcpSizes.Plain;

    public TcpSizes Client { get; init; } = TcpSizes.Plain;

    public TcpSizes Server { get; init; } = TcpSizes.Plain;

    public TcpSizes Target { get; init; } = TcpSizes.Plain;

    /// <summary>Application to client, client to server, server to target.</summary>
    public IReadOnlyList<LinkSpec> Links { get; init; } = [new(20, 10), new(200, 50), new(20, 10)];

    public Limits Limits { get; init; } = new();

    /// <summary>Addresses of the server's name that do not lead to it, and are tried as well.</summary>
    public NameSpec Name { get; init; } = NameSpec.None;

    /// <summary>Behind the server, or each of the servers.</summary>
    public ListSpec Targets { get; init; } = ListSpec.One;

    /// <summary>Behind the client.</summary>
    public ListSpec Servers { get; init; } = ListSpec.One;

    public IReadOnlyList<Visit> Visits { get; init; } = [];

    public IReadOnlyList<Trouble> Troubles { get; init; } = [];

    /// <summary>Bytes of buffers that may be out before reads become small; null: no limit worth the name.</summary>
    public int? BufferBudget { get; init; }

    /// <summary>How many sessions of the client may be on their way to the server at once.</summary>
    public int Places { get; init; } = 16;

    /// <summary>Files that the sessions of a tunnel may take.</summary>
    public int ClientFiles { get; init; } = PlentyOfFiles;

    /// <inheritdoc cref="ClientFiles"/>
    public int ServerFiles { get; init; } = PlentyOfFiles;

    /// <summary>Sessions that a server lets its clients have at a time; null: no limit.</summary>
    public int? MostSessions { get; init; }

    /// <summary>New ones in a second; null: no limit.</summary>
    public int? MostNewSessions { get; init; }

    /// <summary>Which of the lists of <see cref="AccessSpec"/> the server has, where the handshake is real.</summary>
    public int Access { get; init; }

    /// <summary>More than any world needs.</summary>
    public const int PlentyOfFiles = 1000;

    public int InterruptPercent { get; init; }

    public int LatePercent { get; init; }
}

internal enum TlsKind
{
    /// <summary>No handshake worth its name, then the product's own records.</summary>
    Spared,

    /// <summary>The same between ends that do not know the greeting.</summary>
    SparedWithoutGreeting,

    /// <summary>The same with a server that turns everybody away.</summary>
    SparedRefusing,
    OpenSsl,
    SslStream,
    OpenSslToSslStream,
    SslStreamToOpenSsl,
}

/// <param name="DelayUs">Microseconds one way.</param>
/// <param name="JitterUs">At most so many more.</param>
internal sealed record LinkSpec(int DelayUs, int JitterUs);

/// <summary>Timeouts of both tunnels in milliseconds, and the client's budget for trying again.</summary>
internal sealed record Limits
{
    public int ConnectMs { get; init; } = 3000;
    public int HandshakeMs { get; init; } = 3000;
    public int? IdleMs { get; init; }
    public int? WriteMs { get; init; } = 4000;
    public int? HalfCloseMs { get; init; } = 5000;
    public int RetryMs { get; init; }
}

/// <param name="AfterMs">How long the name server takes.</param>
/// <param name="Refusing">Addresses at which nobody listens.</param>
/// <param name="Silent">Addresses that do not answer.</param>
/// <param name="FailsUntilMs">Until then the name does not exist.</param>
internal sealed record NameSpec(int AfterMs, int Refusing, int Silent, int FailsUntilMs)
{
    /// <summary>The server is configured by its address.</summary>
    public static NameSpec None { get; } = new(0, 0, 0, 0);

    /// <summary>Whether the server is looked up at all, or configured by its address.</summary>
    [JsonIgnore]
    public bool IsUsed => AfterMs + Refusing + Silent + FailsUntilMs > 0;
}

/// <summary>Several targets or servers, and which of them is tried first.</summary>
/// <param name="All">At least one, in the order of the configuration.</param>
internal sealed record ListSpec(TargetPolicy Policy, IReadOnlyList<MemberSpec> All)
{
    // Before the member that it uses.
    private static readonly MemberSpec _good = new(MemberKind.Good, 0, 0);

    /// <summary>No list: one that is always there.</summary>
    public static ListSpec One { get; } = new(TargetPolicy.Failover, [_good]);

    [JsonIgnore]
    public bool IsList => All.Count > 1;
}

/// <param name="FromMs">When it dies, if it does.</param>
/// <param name="ForMs">How long it is away then.</param>
internal sealed record MemberSpec(MemberKind Kind, int FromMs, int ForMs)
{
    [JsonIgnore]
    public bool IsEverThere => Kind is MemberKind.Good or MemberKind.Dying;
}

internal enum MemberKind
{
    /// <summary>It is there unless a trouble says otherwise.</summary>
    Good,

    /// <summary>Nobody listens there.</summary>
    Refusing,

    /// <summary>Nobody answers.</summary>
    Silent,

    /// <summary>It dies with its connections, and comes back.</summary>
    Dying,
}

/// <summary>One connection of an application, and what the target does with it.</summary>
internal sealed record Visit(int AtMs, Script Application, Script Target);

/// <summary>What one end does: its deeds one after the other, and meanwhile it reads.</summary>
internal sealed record Script(Reading Reading, IReadOnlyList<Deed> Deeds);

/// <param name="MostBytes">In one go.</param>
/// <param name="PauseMs">Between one read and the next.</param>
/// <param name="StallsAfterBytes">Then it reads nothing for a while; null: it does not.</param>
/// <param name="StallMs">How long; null: for ever.</param>
internal sealed record Reading(int MostBytes, int PauseMs, int? StallsAfterBytes, int? StallMs);

/// <param name="Amount">Bytes or milliseconds, as the kind says.</param>
internal sealed record Deed(DeedKind Kind, int Amount);

internal enum DeedKind
{
    /// <summary>So many bytes.</summary>
    Send,

    /// <summary>So many milliseconds.</summary>
    Wait,

    /// <summary>Until so many bytes have come in all.</summary>
    WaitForBytes,

    /// <summary>Until the other side's stream is over.</summary>
    WaitForEnd,
    HalfClose,

    /// <summary>Leaves: no more reading, what has come is not looked at.</summary>
    Close,
    Reset,
}

/// <param name="ForMs">How long it lasts, where it does not last for ever.</param>
/// <param name="Where">Which link, 0 to 2, where it is one; or which of several targets or servers.</param>
internal sealed record Trouble(TroubleKind Kind, int AtMs, int ForMs, int Where);

internal enum TroubleKind
{
    LinkFallsSilent,
    LinkHeldUp,
    ClientKilled,
    ServerKilled,

    /// <summary>SIGTERM; live sessions may go on for the given time.</summary>
    ClientDrained,
    ServerDrained,

    /// <summary>A target's port is closed for a while; connections to it go on.</summary>
    TargetDown,

    /// <summary>No file is to be had for a while.</summary>
    ClientWithoutFiles,
    ServerWithoutFiles,

    /// <summary>The server is not there before that time.</summary>
    ServerLate,
}
