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
    private const string ServerName = "server";

    // A session that nothing ends is given up by keepalive after two minutes; a world goes on for longer than that.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(20);
    private const long MostSteps = 2_000_000;

    private static readonly IPAddress[] _addresses =
    [
        .. Enumerable.Range(0, 8).Select(n => new IPAddress([10, 0, 0, (byte)n])),
    ];

    private readonly List<string> _faults = [];

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
        Client = new TunnelProcess(this, time, machines[1], TunnelRole.Client, new IPEndPoint(_addresses[2], 1080));
        Server = new TunnelProcess(this, time, machines[2], TunnelRole.Server, new IPEndPoint(_addresses[3], 8443));
        Farm = new Farm(this, machines[0], machines[3], new IPEndPoint(_addresses[4], 5432));
    }

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

    public TunnelProcess Server { get; }

    public Farm Farm { get; }

    /// <summary>Where the tunnel of the given role forwards to.</summary>
    public HostPort ForwardOf(TunnelRole role) =>
        role == TunnelRole.Server ? new HostPort(_addresses[4].ToString(), 5432)
        : Spec.Name.IsUsed ? new HostPort(ServerName, 8443)
        : new HostPort(_addresses[3].ToString(), 8443);

    /// <summary>Answers the client's lookups of the server's name.</summary>
    public (LookupResult Result, TimeSpan After) Resolve(string name)
    {
        var (afterMs, refusing, silent, failsUntilMs) = Spec.Name;
        var after = TimeSpan.FromMilliseconds(afterMs);
        if (name != ServerName || Scheduler.Now.TotalMilliseconds < failsUntilMs)
        {
            return (LookupResult.Failed("the name does not exist"), after);
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
        Server.Dispose();
    }

    /// <summary>
    /// A session that ended in order ends when both systems have acknowledged everything, not before.
    /// </summary>
    private void SeeWhatIsAcknowledged(SessionRecord record)
    {
        var process = record.IsOf(Client) ? Client : Server;
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
        if (Spec.Troubles.All(trouble => trouble.Kind != TroubleKind.ServerLate))
        {
            Server.Start();
        }

        Client.Start();
        foreach (var trouble in Spec.Troubles)
        {
            Scheduler.Outside(TimeSpan.FromMilliseconds(trouble.AtMs), () => Begin(trouble));
        }

        Farm.Open();
        if (!Scheduler.RunUntil(() => Farm.IsOver && Client.IsIdle && Server.IsIdle, _patience, MostSteps))
        {
            _faults.Add(
                $"stands still: after {Scheduler.Now.TotalSeconds:0} s and {Scheduler.Steps} steps "
                    + $"{(Farm.IsOver ? "" : "actors, ")}{Client.Describe()}, {Server.Describe()} have not ended"
            );
            return;
        }

        StopsAt = Scheduler.Now;
        Client.Stop();
        Server.Stop();
        if (!Scheduler.RunUntil(() => Client.HasStopped && Server.HasStopped, Scheduler.Now + _patience, MostSteps * 2))
        {
            _faults.Add("stands still: a tunnel without sessions does not stop");
        }

        // Waits whose cause is over may still be on the wheel: the longest is that of a drain.
        Scheduler.RunUntil(
            () => Client.Engine.Wheel.Scheduled + Server.Engine.Wheel.Scheduled == 0,
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
                Server.Kill();
                break;
            case TroubleKind.ClientDrained:
                Scheduler.Post(() => Client.Drain(length));
                break;
            case TroubleKind.ServerDrained:
                Scheduler.Post(() => Server.Drain(length));
                break;
            case TroubleKind.TargetDown:
                Farm.Close();
                Scheduler.Outside(length, Farm.Reopen);
                break;
            case TroubleKind.ClientWithoutFiles:
                Client.LackFiles(length);
                break;
            case TroubleKind.ServerWithoutFiles:
                Server.LackFiles(length);
                break;
            case TroubleKind.ServerLate:
                Scheduler.Post(Server.Start);
                break;
        }
    }

    private Link LinkOf(Trouble trouble) =>
        trouble.Where switch
        {
            0 => Internet.Between("application", "client"),
            1 => Internet.Between("client", "server"),
            _ => Internet.Between("server", "target"),
        };
}
