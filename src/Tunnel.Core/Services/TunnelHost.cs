using System.Net;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Services;

/// <summary>One running tunnel: listens, starts a session for each connection, reports, and stops in order.</summary>
public sealed class TunnelHost : IRunningTunnel
{
    private readonly Route _route;
    private readonly IReadOnlyList<Listener> _listeners;
    private readonly Monitor _monitor;
    private readonly StatusSocket? _status;
    private volatile bool _draining;

    private TunnelHost(Route route, IReadOnlyList<Listener> listeners, Monitor monitor, StatusSocket? status)
    {
        _route = route;
        _listeners = listeners;
        _monitor = monitor;
        _status = status;
    }

    public IReadOnlyList<IPEndPoint> Endpoints => [.. _listeners.Select(listener => listener.EndPoint)];

    /// <summary>The connection table.</summary>
    public ConnectionTable Table => _route.Table;

    /// <exception cref="CertificateException">The backend cannot use the profile.</exception>
    /// <exception cref="TunnelStartException">The listening address or the status socket cannot be used.</exception>
    public static Task<TunnelHost> StartClientAsync(
        ClientSettings settings,
        TlsProfile profile,
        ITlsBackend backend,
        TimeProvider? time = null
    ) =>
        StartAsync(
            backend,
            profile,
            settings.LocalListener,
            settings.RemoteServer,
            settings.Timeouts,
            settings.Reconnect,
            settings.Monitor,
            time,
            OpenFiles.Process
        );

    /// <inheritdoc cref="StartClientAsync"/>
    public static Task<TunnelHost> StartServerAsync(
        ServerSettings settings,
        TlsProfile profile,
        ITlsBackend backend,
        TimeProvider? time = null
    ) => StartServerAsync(settings, profile, backend, time, OpenFiles.Process);

    /// <param name="files">How many files its sessions may take.</param>
    /// <inheritdoc cref="StartClientAsync"/>
    internal static Task<TunnelHost> StartServerAsync(
        ServerSettings settings,
        TlsProfile profile,
        ITlsBackend backend,
        TimeProvider? time,
        OpenFiles files
    ) =>
        StartAsync(
            backend,
            profile,
            settings.ServerListener,
            settings.TargetService,
            settings.Timeouts,
            null,
            settings.Monitor,
            time,
            files
        );

    /// <summary>Accepts no more and waits for the live sessions; cuts those that are left after the deadline.</summary>
    /// <returns>How many had to be cut.</returns>
    public async Task<int> DrainAsync(TimeSpan deadline)
    {
        _draining = true;
        foreach (var listener in _listeners)
        {
            listener.Stop();
        }

        var empty = _route.Table.WhenEmptyAsync();
        await Task.WhenAny(empty, _route.Wheel.DelayAsync(deadline)).ConfigureAwait(false);
        var cut = empty.IsCompleted ? 0 : CutAll();
        await empty.ConfigureAwait(false);
        _status?.Dispose();
        _monitor.Dispose();
        _route.Strangers?.Dispose();
        _route.Warnings.Dispose();
        _route.Wheel.Dispose();
        _route.Tls.Dispose();
        return cut;
    }

    /// <summary>Cuts every session now, visibly to both its ends.</summary>
    public int KillAll() => CutAll();

    private string Status() =>
        StatusText.Of(RoleName(_route.Role), _draining, Endpoints, _route.Table, _route.Wheel.Now);

    private int CutAll() =>
        _route.Table.Live.Count(session => session.End(CloseReason.Shutdown, Party.Tunnel, "the tunnel was stopped"));

    private static async Task<TunnelHost> StartAsync(
        ITlsBackend backend,
        TlsProfile profile,
        HostPort listen,
        HostPort far,
        TimeoutSettings timeouts,
        ReconnectSettings? reconnect,
        MonitorSettings monitorSettings,
        TimeProvider? time,
        OpenFiles files
    )
    {
        EventLoop.EnsureStarted();
        var wheel = new DeadlineWheel(time ?? TimeProvider.System);
        var route = new Route
        {
            Role = profile.Role,
            Far = far,
            Tls = backend.CreateEndpoint(profile, TunnelLog.Notice, time),
            Timeouts = timeouts,
            Reconnect = reconnect,
            Wheel = wheel,
            Table = new ConnectionTable(files) { Memory = new MemoryReturn(wheel, ProcessMemory.GiveBack) },
            Strangers = profile.Role == TlsRole.Server ? new Strangers(files, new EvictionReport(wheel)) : null,
        };
        IReadOnlyList<Listener> listeners = [];
        StatusSocket? status = null;
        try
        {
            // The port first: whoever starts the same tunnel twice fails there, and leaves the first one's socket alone.
            listeners = await Listening.BindAsync(listen, wheel).ConfigureAwait(false);
            status = monitorSettings.StatusSocket is { Path: var path } ? StatusSocket.Bind(path) : null;
        }
        catch
        {
            foreach (var listener in listeners)
            {
                listener.Stop();
            }

            route.Tls.Dispose();
            wheel.Dispose();
            throw;
        }

        foreach (var listener in listeners)
        {
            TunnelLog.Listening(RoleName(profile.Role), listener.EndPoint, far.ToString(), backend.Description);
            _ = listener.RunAsync(
                () => route.Strangers?.HasRoom ?? route.Table.HasRoom,
                channel => Serve(route, channel),
                error => TunnelLog.AcceptPaused(listener.EndPoint, error)
            );
        }

        var host = new TunnelHost(route, listeners, new Monitor(route.Table, wheel, monitorSettings.Interval), status);
        _ = status?.RunAsync(host.Status, wheel);
        return host;
    }

    private static string RoleName(TlsRole role) => role == TlsRole.Server ? "server" : "client";

    private static void Serve(Route route, SocketChannel channel)
    {
        var session = new TunnelSession(route, channel);
        route.Table.Add(session);
        route.Strangers?.Admit(session);
        // The accept loop goes on at once.
        EventLoop.RunHeavy(static session => _ = session.RunAsync(), session);
    }
}

/// <summary>The tunnel cannot start; the message says why and is meant for people.</summary>
public sealed class TunnelStartException(string message) : Exception(message);
