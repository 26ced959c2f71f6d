using System.Collections.Concurrent;
using System.Net;
using NLog;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tls;

namespace Tunnel.Tunnels;

/// <summary>
/// One tunnel as a configuration describes it, its files read and judged by the backend: ready to start, or to take the
/// place of what runs.
/// </summary>
public sealed class TunnelCandidate : IDisposable
{
    private readonly ConcurrentQueue<TlsNotice> _early = new();
    private readonly ILogger _log;
    private volatile bool _isRunning;

    private TunnelCandidate(
        TunnelSettings settings,
        TlsProfile profile,
        ITlsBackend backend,
        string? backendNote,
        TimeProvider time
    )
    {
        (Settings, Profile, Backend, BackendNote) = (settings, profile, backend.Description, backendNote);
        SessionBytes = backend.SessionBytes;
        _log = TunnelLogger.Of(settings.Name);
        Plan = new TunnelPlan
        {
            Role = settings.Role,
            Forward = new Targets(settings.Forward, time.GetUtcNow()),
            Tls = new SharedEndpoint(EndpointsOf(backend, time)),
            OnRevoked = settings.Tls.OnRevoked,
            Timeouts = settings.Timeouts,
            Limits = settings.Limits,
            Reconnect = settings.Reconnect,
            Proxy = settings.Proxy,
        };
    }

    public TunnelSettings Settings { get; }

    public TlsProfile Profile { get; }

    /// <summary>Name and version of what does TLS.</summary>
    public string Backend { get; }

    /// <inheritdoc cref="ITlsBackend.SessionBytes"/>
    public long SessionBytes { get; }

    /// <summary>Why it is not the one that would have been best; null otherwise.</summary>
    public string? BackendNote { get; }

    /// <summary>What the backend has found in the files so far.</summary>
    public IEnumerable<SetupWarning> NoticedWarnings =>
        from notice in _early
        let trouble = notice.Trouble
        where trouble is not null
        select new SetupWarning(notice.BreaksTunnel, trouble);

    internal TunnelPlan Plan { get; }

    /// <summary>Those of its files, as text: to write a name down takes longer than to ask for it.</summary>
    internal IReadOnlyList<(string File, string Subject, DateTimeOffset NotAfter)> Certificates =>
        field ??= [.. Profile.Certificates.Select(one => (one.File, one.Subject, one.NotAfter))];

    /// <exception cref="TlsSetupException">The backend cannot use the profile.</exception>
    public static TunnelCandidate Of(
        TunnelSettings settings,
        TlsProfile profile,
        ITlsBackend backend,
        string? backendNote = null,
        TimeProvider? time = null
    ) => new(settings, profile, backend, backendNote, time ?? TimeProvider.System);

    /// <summary>The owners of its Unix sockets that this machine does not have, a sentence each.</summary>
    public static IEnumerable<Trouble> UnknownOwners(TunnelSettings settings) =>
        from owner in settings.Listen.OfType<UnixAddress>().Select(at => at.Owner).OfType<FileSetting>()
        let why = FileOwner.WhyUnknown(owner.Path)
        where why is not null
        select why.Behind($"{owner.Place}: {owner.Key}: ");

    /// <summary>Whether it would accept a peer with these certificates.</summary>
    /// <inheritdoc cref="PeerAnswer.Of"/>
    public PeerAnswer Answer(PresentedCertificates presented, IPAddress? from, int server = 0)
    {
        var policy = Profile.Policy;
        return PeerAnswer.Of(
            Settings.Role == TunnelRole.Server
                ? policy
                : policy.For(TlsProfiles.ServerNameOf(Settings.Forward.Targets[server], Settings.Tls)),
            Plan.Tls,
            presented,
            from,
            server
        );
    }

    /// <summary>A client's way to one of its servers, as its sessions would go now.</summary>
    /// <param name="server">Which of them.</param>
    /// <param name="instead">Another way to shake hands with this one; null: that of the configuration.</param>
    public ServerVisit VisitTo(int server, Engine engine, ITlsEndpoint? instead = null) =>
        instead is null
            ? new ServerVisit(Plan.Tls, server, Settings.Timeouts, engine)
            : new ServerVisit(new SharedEndpoint(instead), 0, Settings.Timeouts, engine);

    /// <summary>Gives back what a candidate holds that was never started.</summary>
    public void Dispose() => Plan.Tls.DisposeIfUnused();

    /// <summary>Whether the other one would do the same: equal settings, and equal files that they name.</summary>
    internal bool IsSameAs(TunnelCandidate other) =>
        Settings == other.Settings && Profile.Fingerprint == other.Profile.Fingerprint && Backend == other.Backend;

    /// <summary>What a user should know of its files at this moment: what the backend found, then the dates.</summary>
    public IEnumerable<SetupWarning> WarningsAt(DateTimeOffset now) =>
        NoticedWarnings.Concat(CertificateReports.Of(Profile, now).SelectMany(report => report.Warnings));

    /// <summary>Why no peer could get through at this moment, a sentence each, such as an outdated CRL.</summary>
    internal IEnumerable<Trouble> WhyBroken(DateTimeOffset now) =>
        WarningsAt(now).Where(warning => warning.BreaksTunnel).Select(warning => warning.Trouble);

    /// <summary>From now on the backend's news goes to the log.</summary>
    internal void Start()
    {
        _isRunning = true;
        while (_early.TryDequeue(out var notice))
        {
            TunnelLog.Notice(_log, notice);
        }
    }

    private List<ITlsEndpoint> EndpointsOf(ITlsBackend backend, TimeProvider time)
    {
        var first =
            Settings.Role == TunnelRole.Server
                ? Profile with
                {
                    ApplicationProtocols = [Greeting.Protocol, Greeting.ClockProtocol],
                    DatesProtocol = Greeting.ClockProtocol,
                }
                : Profile with
                {
                    ApplicationProtocols = [Greeting.Protocol],
                };
        var others = Settings.Role == TunnelRole.Client ? Settings.Forward.Targets.Skip(1) : [];
        var endpoints = new List<ITlsEndpoint>();
        try
        {
            endpoints.Add(backend.CreateEndpoint(first, Tell, time));
            // What is to be told about the files has been told.
            endpoints.AddRange(
                others.Select(server =>
                    backend.CreateEndpoint(first.For(TlsProfiles.ServerNameOf(server, Settings.Tls)), null, time)
                )
            );
            return endpoints;
        }
        catch
        {
            endpoints.ForEach(endpoint => endpoint.Dispose());
            throw;
        }
    }

    private void Tell(TlsNotice notice)
    {
        if (_isRunning)
        {
            TunnelLog.Notice(_log, notice);
        }
        else
        {
            _early.Enqueue(notice);
        }
    }
}
