using System.Net;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Relay;
using Tunnel.Sessions;
using Tunnel.Tls;

namespace Tunnel.Tunnels;

/// <summary>
/// A tunnel from its start to its end: listens, starts a session for each connection by the plan of the moment,
/// reports, and stops in order.
/// </summary>
public sealed class RunningTunnel : IRunningTunnel
{
    private readonly TunnelState _state;
    private readonly IReadOnlyList<Listener> _listeners;
    private readonly TotalsLog _totals;
    private readonly TimeSpan _start;
    private StatusSocket? _status;
    private volatile bool _draining;

    private RunningTunnel(TunnelState state, IReadOnlyList<Listener> listeners, SessionTable table, TotalsLog totals)
    {
        (_state, _listeners, Table, _totals) = (state, listeners, table, totals);
        _start = state.Engine.Wheel.Now;
    }

    /// <summary>What it listens on, with the ports the system chose where the configuration said 0.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => [.. _listeners.Select(listener => listener.EndPoint)];

    /// <summary>The table of its sessions.</summary>
    public SessionTable Table { get; }

    /// <inheritdoc cref="TunnelState.Plan"/>
    internal TunnelPlan Plan
    {
        get => _state.Plan;
        set => _state.Plan = value;
    }

    /// <param name="engine">Outlives the tunnel.</param>
    /// <exception cref="TlsSetupException">The backend cannot use the profile.</exception>
    /// <exception cref="TunnelStartException">The listening address or the status socket cannot be used.</exception>
    public static async Task<RunningTunnel> StartAsync(
        TunnelSettings settings,
        TlsProfile profile,
        ITlsBackend backend,
        Engine engine
    )
    {
        var greeting = profile with { ApplicationProtocols = [Greeting.Protocol] };
        var plan = new TunnelPlan
        {
            Role = settings.Role,
            Forward = settings.Forward,
            Tls = backend.CreateEndpoint(greeting, TunnelLog.Notice, engine.Time),
            Timeouts = settings.Timeouts,
            Reconnect = settings.Reconnect,
            Proxy = settings.Proxy,
        };
        IReadOnlyList<Listener> listeners = [];
        StatusSocket? status;
        try
        {
            // The port first: a second start of the same tunnel fails there, and does not touch the first one's socket.
            listeners = await Listening.BindAsync(settings.Listen, engine).ConfigureAwait(false);
            status = settings.Monitor.StatusSocket is { Path: var path } ? StatusSocket.Bind(path) : null;
        }
        catch
        {
            foreach (var listener in listeners)
            {
                listener.Stop();
            }

            plan.Tls.Dispose();
            throw;
        }

        var table = new SessionTable(engine.Files) { Memory = new MemoryReturn(engine.Wheel, ProcessMemory.GiveBack) };
        var totals = new TotalsLog(table, engine.Wheel, settings.Monitor.Interval);
        var tunnel = new RunningTunnel(new TunnelState(engine, plan), listeners, table, totals);
        tunnel.Run(backend.Description, status);
        return tunnel;
    }

    /// <summary>Stops accepting and waits for the live sessions; cuts those that are left after the deadline.</summary>
    /// <returns>How many had to be cut.</returns>
    public async Task<int> DrainAsync(TimeSpan deadline)
    {
        _draining = true;
        foreach (var listener in _listeners)
        {
            listener.Stop();
        }

        var empty = Table.WhenEmptyAsync();
        await Task.WhenAny(empty, _state.Engine.Wheel.DelayAsync(deadline)).ConfigureAwait(false);
        var cut = empty.IsCompleted ? 0 : CutAll();
        await empty.ConfigureAwait(false);
        _status?.Dispose();
        _totals.Dispose();
        _state.End();
        _state.Plan.Tls.Dispose();
        return cut;
    }

    /// <inheritdoc/>
    public int CutAll() => Table.CutAll(new SessionEnd(CloseReason.Shutdown, Party.Tunnel, "the tunnel was stopped"));

    private string Status() =>
        StatusText.Of(_state.Plan.Role, _draining, Endpoints, Table, _state.Engine.Wheel.Now - _start);

    private void Run(string backend, StatusSocket? status)
    {
        foreach (var listener in _listeners)
        {
            TunnelLog.Listening(_state.Plan, listener.EndPoint, backend);
            _ = listener.RunAsync(
                () => _state.Strangers?.HasRoom ?? Table.HasRoom,
                Serve,
                error => TunnelLog.AcceptPaused(listener.EndPoint, error)
            );
        }

        _status = status;
        _ = status?.RunAsync(Status, _state.Engine.Wheel);
    }

    private void Serve(SocketChannel channel)
    {
        var session = new Session(_state, channel, Table.Counts);
        Table.Add(session);
        session.EnterStrangers();
        // The accept loop continues at once.
        EventLoop.RunHeavy(static run => _ = run.Table.RunAsync(run.session), (Table, session));
    }
}
