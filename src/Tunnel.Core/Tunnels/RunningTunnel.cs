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
public sealed class RunningTunnel
{
    private readonly TunnelState _state;
    private readonly IReadOnlyList<Listener> _listeners;
    private readonly TotalsLog _totals;

    private RunningTunnel(TunnelState state, IReadOnlyList<Listener> listeners, SessionTable table, TotalsLog totals) =>
        (_state, _listeners, Table, _totals) = (state, listeners, table, totals);

    /// <summary>What it listens on, with the ports the system chose where the configuration said 0.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => [.. _listeners.Select(listener => listener.EndPoint)];

    /// <summary>Null for a tunnel that is the only one of its file.</summary>
    public string? Name => _state.Name;

    /// <summary>The table of its sessions.</summary>
    public SessionTable Table { get; }

    /// <inheritdoc cref="TunnelState.Plan"/>
    internal TunnelPlan Plan
    {
        get => _state.Plan;
        set => _state.Plan = value;
    }

    /// <param name="candidate">The tunnel disposes of it at its end; if it cannot start, the caller does.</param>
    /// <param name="engine">Outlives the tunnel.</param>
    /// <param name="totalsInterval">Between two lines with the totals; null: none.</param>
    /// <exception cref="TunnelStartException">The listening address cannot be used.</exception>
    public static async Task<RunningTunnel> StartAsync(
        TunnelCandidate candidate,
        Engine engine,
        TimeSpan? totalsInterval = null
    )
    {
        var state = new TunnelState(engine, candidate.Plan, candidate.Settings.Name);
        var listeners = await Listening.BindAsync(candidate.Settings.Listen, engine, state.Log).ConfigureAwait(false);
        var table = new SessionTable(engine.Files) { Memory = new MemoryReturn(engine.Wheel, ProcessMemory.GiveBack) };
        var totals = new TotalsLog(table, engine.Wheel, totalsInterval, state.Log);
        var tunnel = new RunningTunnel(state, listeners, table, totals);
        candidate.Start();
        tunnel.Run(candidate.Backend);
        return tunnel;
    }

    /// <summary>Stops accepting and waits for the live sessions; cuts those that are left after the deadline.</summary>
    /// <returns>How many had to be cut.</returns>
    public async Task<int> DrainAsync(TimeSpan deadline)
    {
        foreach (var listener in _listeners)
        {
            listener.Stop();
        }

        var empty = Table.WhenEmptyAsync();
        await Task.WhenAny(empty, _state.Engine.Wheel.DelayAsync(deadline)).ConfigureAwait(false);
        var cut = empty.IsCompleted ? 0 : CutAll();
        await empty.ConfigureAwait(false);
        _totals.Dispose();
        _state.End();
        _state.Plan.Tls.Dispose();
        return cut;
    }

    /// <summary>Cuts every session now, visibly to both its ends.</summary>
    /// <returns>How many sessions were cut.</returns>
    public int CutAll() => Table.CutAll(new SessionEnd(CloseReason.Shutdown, Party.Tunnel, "the tunnel was stopped"));

    private void Run(string backend)
    {
        foreach (var listener in _listeners)
        {
            TunnelLog.Listening(_state, listener.EndPoint, backend);
            _ = listener.RunAsync(
                () => _state.Strangers?.HasRoom ?? Table.HasRoom,
                Serve,
                error => TunnelLog.AcceptPaused(_state.Log, listener.EndPoint, error)
            );
        }
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
