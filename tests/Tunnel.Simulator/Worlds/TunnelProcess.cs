using System.Net;
using System.Security.Authentication;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tls;
using Tunnel.Tls.SslStreamBackend;
using Tunnel.Tunnels;

namespace Tunnel.Simulator;

/// <summary>A tunnel client or server under test, in a process of its own.</summary>
internal sealed class TunnelProcess : IDisposable
{
    // What the program gives sessions that it has cut before it ends without them.
    private static readonly TimeSpan _cutLimit = TimeSpan.FromSeconds(3);

    private static readonly OpenSslTls _openSsl = OpenSslTls.TryLoad().Backend!;

    private static readonly Lazy<TlsProfile> _realClient = new(() => RealCertificates.ProfileOf(TunnelRole.Client));
    private static readonly Lazy<TlsProfile>[] _realServers =
    [
        .. AccessSpec.All.Select(access => new Lazy<TlsProfile>(() =>
            RealCertificates.ProfileOf(TunnelRole.Server, new AccessRules(access.Rules, []))
        )),
    ];

    private readonly World _world;
    private readonly TunnelRole _role;
    private RunningTunnel? _tunnel;
    private Task<int>? _drained;

    /// <param name="name">One for each process that there is in the world.</param>
    public TunnelProcess(
        World world,
        TimeProvider time,
        SimulatedMachine machine,
        TunnelRole role,
        IPEndPoint listen,
        string name
    )
    {
        (_world, _role, ListensAt, Name) = (world, role, listen, name);
        Process = new SimulatedProcess(world.Scheduler, world.Internet, machine) { Resolve = world.Resolve };
        OpenFiles = new OpenFiles(role == TunnelRole.Client ? world.Spec.ClientFiles : world.Spec.ServerFiles);
        Engine = new Engine(time, OpenFiles, Process, Process, new Dice(world.Scheduler.Dice.Next()))
        {
            HandshakePlaces = new HandshakePlaces(world.Spec.Places),
        };
    }

    public SimulatedProcess Process { get; }

    public OpenFiles OpenFiles { get; }

    public Engine Engine { get; }

    public IPEndPoint ListensAt { get; }

    public string Name { get; }

    /// <summary>Sessions that it counts at its targets.</summary>
    public int SessionsAtTargets => _tunnel?.Plan.Forward.All.Sum(target => target.Sessions) ?? 0;

    /// <summary>Places within its limits that somebody has or waits for.</summary>
    public int PlacesWithinLimits => _tunnel is { } tunnel ? tunnel.Admission.Active + tunnel.Admission.Waiting : 0;

    /// <summary>The most connections to targets that it had at a time.</summary>
    public int MostAtOnce => Process.MostDialled;

    public bool WasDrained { get; private set; }

    /// <summary>Places for handshakes that nobody has given back.</summary>
    public int PlacesTaken => _world.Spec.Places - Engine.HandshakePlaces.Free;

    /// <summary>Sessions went on although they had been cut.</summary>
    public bool OutlivedCut { get; private set; }

    /// <summary>Sessions since the start.</summary>
    public long Accepted => _tunnel?.Table.Accepted ?? 0;

    public bool IsIdle => _tunnel is null || _tunnel.Table.Active == 0;

    public bool HasStopped => _drained is null || _drained.IsCompleted;

    public string Describe() =>
        $"{Name} with {_tunnel?.Table.Active ?? 0} sessions "
        + $"({string.Join(", ", _tunnel?.Table.Records().Select(session => session.State.ToString()) ?? [])})";

    public void Start()
    {
        if (_tunnel is not null || Process.IsDead)
        {
            return;
        }

        var candidate = TunnelCandidate.Of(Settings(), Profile(), Backend(), time: Engine.Time);
        var starting = RunningTunnel.StartAsync(candidate, Engine);
        // Nothing of it waits: the address is written out.
        _tunnel = starting.IsCompleted
            ? starting.GetAwaiter().GetResult()
            : throw new InvalidOperationException("a start that waits for something");
    }

    public void Kill()
    {
        Process.Kill();
        // What is left of it ends without reaching anybody.
        _world.Scheduler.Post(() => Drain(TimeSpan.Zero));
    }

    public void Drain(TimeSpan limit)
    {
        WasDrained = true;
        if (_drained is null)
        {
            _drained = _tunnel?.DrainAsync(limit);
            _world.Scheduler.Inside(limit + _cutLimit, () => OutlivedCut |= !HasStopped);
        }
        else
        {
            // As a second signal does.
            _tunnel!.CutAll();
        }
    }

    /// <summary>At the end of the world.</summary>
    public void Stop() => _drained ??= _tunnel?.DrainAsync(TimeSpan.FromMilliseconds(100));

    public void Dispose() => Engine.Dispose();

    public void LackFiles(TimeSpan length)
    {
        Process.MostFiles = 0;
        _world.Scheduler.Outside(length, () => Process.MostFiles = int.MaxValue);
    }

    private ITlsBackend Backend() =>
        _world.Spec.Tls switch
        {
            TlsKind.SparedWithoutGreeting => new SparedHandshake(greets: false),
            TlsKind.SparedRefusing => new SparedHandshake(
                greets: true,
                new Refusal(RefusalCode.WrongName, "nobody is let in")
            ),
            TlsKind.OpenSsl => _openSsl,
            TlsKind.SslStream => new SslStreamTls(),
            TlsKind.OpenSslToSslStream => _role == TunnelRole.Client ? _openSsl : new SslStreamTls(),
            TlsKind.SslStreamToOpenSsl => _role == TunnelRole.Client ? new SslStreamTls() : _openSsl,
            _ => new SparedHandshake(greets: true),
        };

    private TlsProfile Profile() =>
        _world.Spec.Tls >= TlsKind.OpenSsl
            ? _role == TunnelRole.Client
                ? _realClient.Value
                : _realServers[_world.Spec.Access].Value
            : new TlsProfile
            {
                Role = _role,
                Policy = PeerPolicy.ForClients(null, []),
                Versions = SslProtocols.Tls13,
            };

    private TunnelSettings Settings()
    {
        var limits = _world.Spec.Limits;
        return new TunnelSettings(
            _role,
            [new HostPort(ListensAt.Address.ToString(), ListensAt.Port)],
            _world.ForwardOf(_role),
            new TlsSettings { ServerName = World.ServerName },
            new TimeoutSettings
            {
                Connect = TimeSpan.FromMilliseconds(limits.ConnectMs),
                Handshake = TimeSpan.FromMilliseconds(limits.HandshakeMs),
                Idle = Span(limits.IdleMs),
                Write = Span(limits.WriteMs),
                HalfClose = Span(limits.HalfCloseMs),
            },
            _role == TunnelRole.Client
                ? new ReconnectSettings { MaxElapsed = TimeSpan.FromMilliseconds(limits.RetryMs) }
                : null
        )
        {
            Name = Name,
            Limits = new LimitSettings
            {
                Sessions = _world.Spec.MostSessions,
                NewSessionsPerSecond = _world.Spec.MostNewSessions,
            },
        };
    }

    private static TimeSpan? Span(int? ms) => ms is { } some ? TimeSpan.FromMilliseconds(some) : null;
}
