namespace Tunnel.Net;

/// <summary>
/// What all tunnels of a process share: the event loops, the network, the one timing wheel, name lookups, and the room
/// for open files. One per process, made at its start and handed down.
/// </summary>
public sealed class Engine : IDisposable
{
    /// <summary>Finds the event loops, and uses the operating system.</summary>
    public Engine()
        : this(TimeProvider.System, OpenFiles.Process) { }

    /// <summary>The same, for sessions of a known size.</summary>
    /// <param name="sessionBytes">What one of them takes of the process's memory, of the largest kind.</param>
    public Engine(long sessionBytes)
        : this(TimeProvider.System, OpenFiles.ForSessionsOf(sessionBytes)) { }

    /// <param name="files">How many files the sessions of all tunnels may take.</param>
    internal Engine(TimeProvider time, OpenFiles files)
        : this(time, files, SystemNetwork.Instance, NameLookups.System, Random.Shared) => EventLoop.EnsureStarted();

    /// <param name="random">Of backoff and of the order of equal addresses.</param>
    internal Engine(TimeProvider time, OpenFiles files, INetwork network, INames names, Random random)
    {
        (Time, Files, Network, Names, Random) = (time, files, network, names, random);
        Wheel = new DeadlineWheel(time);
        SessionPlaces = new SessionPlaces(files);
        Lines = new LineBudget(Wheel);
    }

    /// <summary>All deadlines of the process.</summary>
    public DeadlineWheel Wheel { get; }

    /// <summary>The clock behind the wheel.</summary>
    internal TimeProvider Time { get; }

    internal OpenFiles Files { get; }

    internal INetwork Network { get; }

    internal INames Names { get; }

    internal Random Random { get; init; }

    /// <summary>Of the clients among the tunnels.</summary>
    internal HandshakePlaces HandshakePlaces { get; init; } = new();

    /// <summary>Of the servers among the tunnels.</summary>
    internal HandshakeTurns HandshakeTurns { get; init; } = new();

    /// <summary>Of the servers among the tunnels.</summary>
    internal SessionPlaces SessionPlaces { get; }

    /// <summary>Of what all tunnels say about failures.</summary>
    internal LineBudget Lines { get; }

    /// <summary>Of all tunnels.</summary>
    internal BulkShares BulkShares { get; } = new();

    /// <summary>After the last tunnel: no deadline of the process fires any more.</summary>
    public void Dispose() => Wheel.Dispose();
}
