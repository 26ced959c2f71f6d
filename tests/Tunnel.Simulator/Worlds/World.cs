using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Simulator;

/// <summary>
/// One world from its beginning to its end: a network, a tunnel client and a tunnel server on it, applications before
/// and targets behind them, and what goes wrong.
/// </summary>
internal sealed class World : IDisposable
{
    private const int FirstServerPort = 8443;
    private const int FirstTargetPort = 5432;

    // A session that nothing ends is given up by keepalive after two minutes; a world goes on for longer than that.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(20);
    private const long MostSteps = 2_000_000;

    private static readonly IPAddress[] _addresses =
    [
        .. Enumerable.Range(0, 8).Select(n => new IPAddress([10, 0, 0, (byte)n])),
    ];

    private readonly List<string> _faults = [];
    private readonly ForwardSettings _targets;
    private readonly ForwardSettings _servers;
    private readonly ServerPlace?[] _places;

    /// <param name="schedule">Of every choice that is not in the spec.</param>
    /// <param name="told">Takes the story, a line at a time; null: nobody listens.</param>
    public World(WorldSpec spec, long schedule, Action<string>? told = null)
    {
        Spec = spec;
        Scheduler = new Scheduler(new Unruliness(schedule, spec.InterruptPercent, spec.LatePercent));
        Told = told is null ? null : line => told($"{Scheduler.Now.TotalMilliseconds, 10:0.000} ms  {line}");
        Internet = new Internet(Scheduler) { Told = Told };
        SimulatedMachine[] machines =
        [
            new("application", _addresses[1], spec.Application),
            new("client", _addresses[2], spec.Client),
            new("server", _addresses[3], spec.Server),
            new("target", _addresses[4], spec.Target),
        ];
        for (var link = 0; link < spec.Links.Count; link++)
        {
            var (delay, jitter) = spec.Links[link];
            Internet.Join(
                machines[link],
                machines[link + 1],
                new Link(Scheduler, TimeSpan.FromMicroseconds(delay), TimeSpan.FromMicroseconds(jitter))
            );
        }

        var time = new SimulatedTime(Scheduler);
        var servers = Lists.Of(spec.Servers, _addresses[3], FirstServerPort, Internet.Silent, network: 2);
        var targets = Lists.Of(spec.Targets, _addresses[4], FirstTargetPort, Internet.Silent, network: 3);
        _servers = Lists.ToSettings(spec.Servers, servers, spec.Name.IsUsed ? ServerName : null);
        _targets = Lists.ToSettings(spec.Targets, targets);
        Client = new TunnelProcess(
            this,
            time,
            machines[1],
            TunnelRole.Client,
            new IPEndPoint(_addresses[2], 1080),
            TunnelRole.Client.Word()
        );
        _places =
        [
            .. spec.Servers.All.Select((member, index) => member.IsEverThere ? PlaceAt(servers[index], index) : null),
        ];
        Farm = new Farm(this, machines[0], machines[3], targets);

        ServerPlace PlaceAt(IPEndPoint at, int index)
        {
            var name = index == 0 ? TunnelRole.Server.Word() : $"{TunnelRole.Server.Word()} {index}";
            return new ServerPlace(
                this,
                life => new TunnelProcess(
                    this,
                    time,
                    machines[2],
                    TunnelRole.Server,
                    at,
                    life == 0 ? name : $"{name}, life {life}"
                )
            );
        }
    }

    /// <summary>How the server is called, and what its certificate says.</summary>
    public const string ServerName = "server";

    public WorldSpec Spec { get; }

    public Scheduler Scheduler { get; }

    /// <summary>
    /// When both processes are told to stop, because nothing is under way: sessions that end later are of connections
    /// that nobody had accepted until then.
    /// </summary>
    public TimeSpan StopsAt { get; private set; } = TimeSpan.MaxValue;

    public Internet Internet { get; }

    /// <summary>Takes in words what happens; null: nobody listens.</summary>
    public Action<string>? Told { get; }

    public TunnelProcess Client { get; }

    /// <summary>Every process of a server that there has been.</summary>
    public IEnumerable<TunnelProcess> Servers => _places.OfType<ServerPlace>().SelectMany(place => place.Lives);

    public Farm Farm { get; }

    /// <summary>Where the tunnel of the given role forwards to.</summary>
    public ForwardSettings ForwardOf(TunnelRole role) => role == TunnelRole.Server ? _targets : _servers;

    /// <summary>The one that has connected to this end at a target; null: none of them.</summary>
    public TunnelProcess? ServerOf(TcpEnd target) =>
        Servers.FirstOrDefault(server => server.Process.FrontOf(target.Peer) is not null);

    /// <summary>
    /// All that time there was one server, and one target behind it: whoever came meanwhile need not be turned away.
    /// </summary>
    /// <param name="wasReset">
    /// It was not turned away, but cut: perhaps by a target that died when its system had taken the connection.
    /// </param>
    public bool CouldServe(TimeSpan from, TimeSpan to, bool wasReset)
    {
        var servers = _places.OfType<ServerPlace>().Select(place => place.Presence.Lasts(from, to)).ToArray();
        var targets = Farm.Ports.Select(port => port.Presence.Lasts(from, to)).ToArray();
        // A session that had come about breaks with the server or the target that goes. Without a greeting a client
        // cannot tell whether it had: it learns too late that one of the two has gone.
        var mayLose =
            (wasReset || Spec.Tls == TlsKind.SparedWithoutGreeting)
            && (servers.Contains(false) || targets.Contains(false));
        return servers.Contains(true) && targets.Contains(true) && !mayLose;
    }

    /// <summary>Answers the client's lookups of the server's name.</summary>
    public (LookupResult Result, TimeSpan After) Resolve(string name)
    {
        var (afterMs, refusing, silent, failsUntilMs) = Spec.Name;
        var after = TimeSpan.FromMilliseconds(afterMs);
        if (name != ServerName || Scheduler.Now.TotalMilliseconds < failsUntilMs)
        {
            return (LookupResult.Failed(ResolverErrors.OfSystem("no such name")), after);
        }

        var addresses = new List<IPAddress> { _addresses[3] };
        for (var one = 0; one < refusing + silent; one++)
        {
            var address = new IPAddress([10, 0, 1, (byte)one]);
            addresses.Add(address);
            if (one >= refusing)
            {
                Internet.Silent.Add(address);
            }
        }

        return (LookupResult.Of(addresses), after);
    }

    /// <summary>Runs it, and judges it.</summary>
    /// <returns>What was wrong; empty: nothing.</returns>
    public IReadOnlyList<string> Run()
    {
        var records = SessionRecords.Instance;
        records.Clear();
        records.Scheduler = Scheduler;
        records.Told = Told;
        records.Written = SeeWhatIsAcknowledged;
        SessionNumbers.Reset();
        var (rented, budget) = (BufferPool.RentedBytes, BufferPool.Budget);
        BufferPool.Budget = Spec.BufferBudget ?? budget;
        try
        {
            Live();
            new Judge(this, records, new Excuses(Spec), _faults.Add).Pronounce(rented);
        }
        catch (Exception e)
        {
            _faults.Add($"exception: {e}");
        }

        BufferPool.Budget = budget;
        return _faults;
    }

    public void Dispose()
    {
        Client.Dispose();
        foreach (var server in Servers)
        {
            server.Dispose();
        }
    }

    /// <summary>
    /// A session that ended in order ends when both systems have acknowledged everything, not before.
    /// </summary>
    private void SeeWhatIsAcknowledged(SessionRecord record)
    {
        var process = record.IsOf(Client) ? Client : Servers.First(record.IsOf);
        if (record.Reason != "eof" || process.Process.IsDead)
        {
            return;
        }

        foreach (var end in process.Process.EndsOf(record.Peer))
        {
            if (end.BytesAcked < end.BytesTaken)
            {
                _faults.Add(
                    $"untrue record: the {process.Name} says eof with {end.BytesTaken - end.BytesAcked} bytes to "
                        + $"{end.Remote} that nobody has acknowledged"
                );
            }
        }
    }

    private void Live()
    {
        foreach (var (member, place) in Spec.Servers.All.Zip(_places))
        {
            if (!Spec.Troubles.Any(trouble => trouble.Kind == TroubleKind.ServerLate && PlaceOf(trouble) == place))
            {
                place?.Start();
            }

            if (member.Kind == MemberKind.Dying)
            {
                Scheduler.Outside(TimeSpan.FromMilliseconds(member.FromMs), place!.Kill);
                Scheduler.Outside(
                    TimeSpan.FromMilliseconds(member.FromMs + member.ForMs),
                    () => Scheduler.Post(() => ComeBack(place))
                );
            }
        }

        Client.Start();
        foreach (var trouble in Spec.Troubles)
        {
            Scheduler.Outside(TimeSpan.FromMilliseconds(trouble.AtMs), () => Begin(trouble));
        }

        Farm.Open();
        if (
            !Scheduler.RunUntil(
                () => Farm.IsOver && Client.IsIdle && Servers.All(one => one.IsIdle),
                _patience,
                MostSteps
            )
        )
        {
            _faults.Add(
                $"stands still: after {Scheduler.Now.TotalSeconds:0} s and {Scheduler.Steps} steps "
                    + $"{(Farm.IsOver ? "" : "actors, ")}{Client.Describe()}, "
                    + $"{string.Join(", ", Servers.Select(one => one.Describe()))} have not ended"
            );
            return;
        }

        StopsAt = Scheduler.Now;
        TunnelProcess[] all = [Client, .. Servers];
        Array.ForEach(all, one => one.Stop());
        if (
            !Scheduler.RunUntil(
                () => Array.TrueForAll(all, one => one.HasStopped),
                Scheduler.Now + _patience,
                MostSteps * 2
            )
        )
        {
            _faults.Add("stands still: a tunnel without sessions does not stop");
        }

        // Waits whose cause is over may still be on the wheel: the longest is that of a drain.
        Scheduler.RunUntil(
            () => all.Sum(one => one.Engine.Wheel.Scheduled) == 0,
            Scheduler.Now + TimeSpan.FromMinutes(2),
            MostSteps * 2
        );
    }

    private void Begin(Trouble trouble)
    {
        Told?.Invoke($"trouble: {trouble}");
        var length = TimeSpan.FromMilliseconds(trouble.ForMs);
        switch (trouble.Kind)
        {
            case TroubleKind.LinkFallsSilent:
                Internet.Kill(LinkOf(trouble));
                break;
            case TroubleKind.LinkHeldUp:
                LinkOf(trouble).HoldUp(length);
                break;
            case TroubleKind.ClientKilled:
                Client.Kill();
                break;
            case TroubleKind.ServerKilled:
                PlaceOf(trouble)?.Kill();
                break;
            case TroubleKind.ClientDrained:
                Scheduler.Post(() => Client.Drain(length));
                break;
            case TroubleKind.ServerDrained:
                Scheduler.Post(() => PlaceOf(trouble)?.Process.Drain(length));
                break;
            case TroubleKind.TargetDown:
                Farm.Close(trouble.Where, length);
                break;
            case TroubleKind.ClientWithoutFiles:
                Client.LackFiles(length);
                break;
            case TroubleKind.ServerWithoutFiles:
                PlaceOf(trouble)?.Process.LackFiles(length);
                break;
            case TroubleKind.ServerLate:
                Scheduler.Post(() => PlaceOf(trouble)?.Start());
                break;
        }
    }

    private void ComeBack(ServerPlace place)
    {
        // When the world is over, nobody would stop it.
        if (StopsAt == TimeSpan.MaxValue)
        {
            place.StartAgain();
        }
    }

    private ServerPlace? PlaceOf(Trouble trouble) => _places[trouble.Where % _places.Length];

    private Link LinkOf(Trouble trouble) =>
        trouble.Where switch
        {
            0 => Internet.Between("application", "client"),
            1 => Internet.Between("client", "server"),
            _ => Internet.Between("server", "target"),
        };
}
