using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// How a <see cref="Pair"/> differs from a good one: by default both sides trust each other and never try again.
/// </summary>
public sealed record PairOptions
{
    /// <summary>A client that tries again often, and for longer than any test lasts.</summary>
    public static readonly ReconnectSettings Patient = new()
    {
        InitialDelay = TimeSpan.FromMilliseconds(20),
        MaxDelay = TimeSpan.FromMilliseconds(100),
        MaxElapsed = TimeSpan.FromMinutes(1),
    };

    /// <summary>What the server presents; null: good.</summary>
    public TestCertificate? ServerCertificate { get; init; }

    /// <summary>What the client presents; null: good.</summary>
    public TestCertificate? ClientCertificate { get; init; }

    /// <summary>The root of whatever is good; null: a fresh one.</summary>
    public TestCa? Root { get; init; }

    public Func<TunnelSettings, TunnelSettings> Server { get; init; } = settings => settings;

    public Func<TunnelSettings, TunnelSettings> Client { get; init; } = settings => settings;

    /// <summary>Of both sides, for what only this one can; null: those under test.</summary>
    public ITlsBackend? Backend { get; init; }

    public bool StartServer { get; init; } = true;

    /// <summary>All three connections are Unix sockets instead of TCP on loopback.</summary>
    public bool IsUnix { get; init; }

    /// <summary>What the server's sessions may take of the limit on open files.</summary>
    internal OpenFiles ServerFiles { get; init; } = OpenFiles.Process;

    /// <summary>Whose ClientHello the server answers.</summary>
    internal HandshakeTurns ServerTurns { get; init; } = new();

    /// <summary>What both tunnels say about their sessions while they live; null: nothing.</summary>
    public ReportSettings? Reports { get; init; }

    /// <summary>The clock of both tunnels; null: the real one.</summary>
    public ManualTime? Time { get; init; }

    /// <summary>The chances of both tunnels.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Stands between client and server.</summary>
    public Cutter? Cutter { get; init; }

    /// <summary>A pair whose two sides have these timeouts.</summary>
    public static PairOptions With(TimeoutSettings timeouts, ManualTime? time = null) =>
        new()
        {
            Server = settings => settings with { Timeouts = timeouts },
            Client = settings => settings with { Timeouts = timeouts },
            Time = time,
        };
}

/// <summary>The files of a <see cref="Pair"/>.</summary>
public sealed record PairFiles(
    string ServerCert,
    string ServerKey,
    string ServerCa,
    string ClientCert,
    string ClientKey,
    string ClientCa
)
{
    public TlsSettings ServerTls =>
        new()
        {
            CertFile = ServerCert,
            KeyFile = ServerKey,
            PeerCaFile = ClientCa,
        };

    public TlsSettings ClientTls =>
        new()
        {
            CertFile = ClientCert,
            KeyFile = ClientKey,
            PeerCaFile = ServerCa,
            ServerName = "localhost",
        };

    public static PairFiles Write(TempDirectory directory, PairOptions options)
    {
        var root = options.Root ?? TestCa.CreateRoot();
        var ca = root.WriteFile(directory.Path);
        var server = (options.ServerCertificate ?? root.Issue(new TestLeaf { CommonName = "server" })).WriteFiles(
            directory.Path,
            "server"
        );
        var client = (options.ClientCertificate ?? root.Issue(new TestLeaf { CommonName = "client" })).WriteFiles(
            directory.Path,
            "client"
        );
        return new PairFiles(server.CertFile, server.KeyFile, ca, client.CertFile, client.KeyFile, ca);
    }
}
