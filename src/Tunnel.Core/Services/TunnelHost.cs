using System.Net;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Relay;
using Tunnel.Sessions;
using Tunnel.Tls;

namespace Tunnel.Services;

/// <summary>One running tunnel: listens, starts a session for each connection, reports, and stops in order.</summary>
public sealed class TunnelHost : IRunningTunnel
{
    private readonly TunnelPlan _plan;
    private readonly IReadOnlyList<Listener> _listeners;
    private readonly Monitor _monitor;
    private readonly StatusSocket? _status;
    private volatile bool _draining;

    private TunnelHost(
        TunnelPlan plan,
        SessionTable table,
        IReadOnlyList<Listener> listeners,
        Monitor monitor,
        StatusSocket? status
    )
    {
        _plan = plan;
        Table = table;
        _listeners = listeners;
        _monitor = monitor;
        _status = status;
    }

    public IReadOnlyList<IPEndPoint> Endpoints => [.. _listeners.Select(listener => listener.EndPoint)];

    /// <summary>The table of its sessions.</summary>
    public SessionTable Table { get; }

    /// <exception cref="TlsSetupException">The backend cannot use the profile.</exception>
    /// <exception cref="TunnelStartException">The listening address or the status socket cannot be used.</exception>
    public static Task<TunnelHost> StartAsync(
        TunnelSettings settings,
        TlsProfile profile,
        ITlsBackend backend,
        TimeProvider? time = null
    ) => StartAsync(settings, profile, backend, time, OpenFiles.Process);

    /// <param name="files">How many files its sessions may take.</param>
    /// <inheritdoc cref="StartAsync(TunnelSettings, TlsProfile, ITlsBackend, TimeProvider?)"/>
    internal static async Task<TunnelHost> StartAsync(
        TunnelSettings settings,
        TlsProfile profile,
        ITlsBackend backend,
        TimeProvider? time,
        OpenFiles files
    )
    {
        EventLoop.EnsureStarted();
        var wheel = new DeadlineWheel(time ?? TimeProvider.System);
        var greeting = profile with { ApplicationProtocols = [Greeting.Protocol] };
        var plan = new TunnelPlan
        {
            Role = settings.Role,
            Forward = settings.Forward,
            Tls = backend.CreateEndpoint(greeting, TunnelLog.Notice, time),
            Timeouts = settings.Timeouts,
            Reconnect = settings.Reconnect,
            Wheel = wheel,
            Strangers = settings.Role == TunnelRole.Server ? new Strangers(files, new EvictionReport(wheel)) : null,
        };
        var table = new SessionTable(files) { Memory = new MemoryReturn(wheel, ProcessMemory.GiveBack) };
        IReadOnlyList<Listener> listeners = [];
        StatusSocket? status = null;
        try
        {
            // The port first: whoever starts the same tunnel twice fails there, and leaves the first one's socket
            // alone.
            listeners = await Listening.BindAsync(settings.Listen, wheel).ConfigureAwait(false);
            status = settings.Monitor.StatusSocket is { Path: var path } ? StatusSocket.Bind(path) : null;
        }
        catch
        {
            foreach (var listener in listeners)
            {
                listener.Stop();
            }

            plan.Tls.Dispose();
            wheel.Dispose();
            throw;
        }

        foreach (var listener in listeners)
        {
            TunnelLog.Listening(plan.Role, listener.EndPoint, plan.Forward.ToString(), backend.Description);
            _ = listener.RunAsync(
                () => plan.Strangers?.HasRoom ?? table.HasRoom,
                channel => Serve(plan, table, channel),
                error => TunnelLog.AcceptPaused(listener.EndPoint, error)
            );
        }

        var host = new TunnelHost(plan, table, listeners, new Monitor(table, wheel, settings.Monitor.Interval), status);
        _ = status?.RunAsync(host.Status, wheel);
        return host;
    }

    /// <summary>Accepts no more and waits for the live sessions; cuts those that are left after the deadline.</summary>
    /// <returns>How many had to be cut.</returns>
    public async Task<int> DrainAsync(TimeSpan deadline)
    {
        _draining = true;
        foreach (var listener in _listeners)
        {
            listener.Stop();
        }

        var empty = Table.WhenEmptyAsync();
        await Task.WhenAny(empty, _plan.Wheel.DelayAsync(deadline)).ConfigureAwait(false);
        var cut = empty.IsCompleted ? 0 : CutAll();
        await empty.ConfigureAwait(false);
        _status?.Dispose();
        _monitor.Dispose();
        _plan.Strangers?.Dispose();
        _plan.Warnings.Dispose();
        _plan.Wheel.Dispose();
        _plan.Tls.Dispose();
        return cut;
    }

    /// <summary>Cuts every session now, visibly to both its ends.</summary>
    public int KillAll() => CutAll();

    private string Status() => StatusText.Of(_plan.Role, _draining, Endpoints, Table, _plan.Wheel.Now);

    private int CutAll() => Table.CutAll(new SessionEnd(CloseReason.Shutdown, Party.Tunnel, "the tunnel was stopped"));

    private static void Serve(TunnelPlan plan, SessionTable table, SocketChannel channel)
    {
        var session = new Session(plan, channel, table.Counts);
        table.Add(session);
        session.EnterStrangers();
        // The accept loop goes on at once.
        EventLoop.RunHeavy(static run => _ = run.table.RunAsync(run.session), (table, session));
    }
}
