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
    private static readonly SessionEnd _stopped = new(CloseReason.Shutdown, Party.Tunnel, "the tunnel was stopped");

    private readonly TunnelState _state;
    private readonly TotalsLog _totals;
    private readonly LiveSessionsLog _liveSessions;
    private readonly ReportSettings _reports;
    private readonly HealthChecks _checks;
    private readonly PortUser _user;
    private readonly Revalidation _revalidation;
    private readonly PeerExpiries _expiries;
    private volatile IReadOnlyList<ServedPort> _ports = [];

    private RunningTunnel(
        TunnelState state,
        SessionTable table,
        TotalsLog totals,
        ReportSettings reports,
        HealthChecks checks
    )
    {
        (_state, Table, _totals, _reports, _checks) = (state, table, totals, reports, checks);
        _liveSessions = new LiveSessionsLog(table, state.Engine.Wheel, reports.Session);
        _revalidation = new Revalidation(table, state);
        _expiries = new PeerExpiries(state);
        _user = new PortUser(() => _state.Strangers?.HasRoom ?? Table.HasRoom, Serve, state.Log);
    }

    /// <summary>What it listens on, with the ports the system chose where the configuration said 0.</summary>
    public IReadOnlyList<EndPoint> Endpoints => [.. _ports.Select(port => port.EndPoint)];

    /// <summary>Null for a tunnel that is the only one of its file.</summary>
    public string? Name => _state.Name;

    /// <summary>The table of its sessions.</summary>
    public SessionTable Table { get; }

    internal Admission Admission => _state.Admission;

    internal OpeningCounts Counts => _state.Counts;

    /// <inheritdoc cref="TunnelState.Refusals"/>
    internal Refusals Refusals => _state.Refusals;

    /// <inheritdoc cref="TunnelState.Strangers"/>
    internal Strangers? Strangers => _state.Strangers;

    /// <inheritdoc cref="TunnelState.Plan"/>
    internal TunnelPlan Plan
    {
        get => _state.Plan;
        set
        {
            _state.Plan = value;
            _checks.Follow();
        }
    }

    internal IReadOnlyList<ServedPort> Ports => _ports;

    /// <param name="candidate">The tunnel disposes of it at its end; if it cannot start, the caller does.</param>
    /// <param name="engine">Outlives the tunnel.</param>
    /// <param name="reports">What it says about its sessions while they live; null: nothing.</param>
    /// <exception cref="TunnelStartException">The listening address cannot be used.</exception>
    public static async Task<RunningTunnel> StartAsync(
        TunnelCandidate candidate,
        Engine engine,
        ReportSettings? reports = null
    )
    {
        var booking = new PortBooking(engine, free: []);
        try
        {
            var ports = await booking.BookAsync(candidate.Settings).ConfigureAwait(false);
            return Start(candidate, engine, reports ?? new ReportSettings(), ports);
        }
        catch
        {
            booking.Cancel();
            throw;
        }
    }

    /// <summary>The same on ports that have been booked.</summary>
    internal static RunningTunnel Start(
        TunnelCandidate candidate,
        Engine engine,
        ReportSettings reports,
        IReadOnlyList<ServedPort> ports
    )
    {
        var state = new TunnelState(engine, candidate.Plan, candidate.Settings.Name);
        var table = new SessionTable(engine.Files) { Memory = new MemoryReturn(engine.Wheel, ProcessMemory.GiveBack) };
        var totals = new TotalsLog(table, engine.Wheel, reports.Totals, state.Log);
        var tunnel = new RunningTunnel(state, table, totals, reports, new HealthChecks(state));
        candidate.Start();
        tunnel.ListenOn(ports, candidate.Backend);
        tunnel._checks.Follow();
        return tunnel;
    }

    /// <summary>
    /// From now on goes by another candidate; live sessions keep the plan by which they began. Ports that are not among
    /// the given ones are no longer this tunnel's, whoever takes or closes them.
    /// </summary>
    internal void Change(TunnelCandidate candidate, IReadOnlyList<ServedPort> ports)
    {
        candidate.Start();
        Plan = candidate.Plan;
        _revalidation.PlanChanged();
        if (!ReferenceEquals(ports, _ports))
        {
            ListenOn(ports, candidate.Backend);
        }
    }

    /// <summary>The ports are another tunnel's now; those that nobody uses close with this one.</summary>
    internal void LeavePorts(IReadOnlyCollection<ServedPort> unused) => _ports = [.. _ports.Where(unused.Contains)];

    /// <summary>Closes the listeners; what waits in their backlog is accepted before.</summary>
    public Task StopAcceptingAsync() => Task.WhenAll(_ports.Select(port => port.CloseAsync()));

    /// <summary>
    /// Stops accepting and waits for the live sessions. Those that are left in the last third of the time are cut one
    /// by one, at random over all of it, so that their clients do not come back at the same moment.
    /// </summary>
    /// <returns>How many had to be cut.</returns>
    public async Task<int> DrainAsync(TimeSpan deadline)
    {
        var patience = _state.Engine.Wheel.DelayAsync(deadline * 2 / 3);
        await StopAcceptingAsync().ConfigureAwait(false);
        var empty = Table.WhenEmptyAsync();
        await Task.WhenAny(empty, patience).ConfigureAwait(false);
        var cut = await CutSpreadAsync(deadline / 3, empty).ConfigureAwait(false);
        await empty.ConfigureAwait(false);
        _totals.Dispose();
        _liveSessions.Stop();
        _checks.Dispose();
        _revalidation.Stop();
        _state.End();
        return cut;
    }

    /// <summary>Cuts every session now, visibly to both its ends.</summary>
    /// <returns>How many sessions were cut.</returns>
    public int CutAll() => Table.CutAll(_stopped);

    private async Task<int> CutSpreadAsync(TimeSpan within, Task empty)
    {
        var (cut, counting) = (0, new Lock());
        var cuts = Table.Live.Select(CutAsync).ToList();
        await Task.WhenAny(empty, Task.WhenAll(cuts)).ConfigureAwait(false);
        lock (counting)
        {
            // Also those that are telling their sides about their end.
            return cut + CutAll();
        }

        async Task CutAsync(Session session)
        {
            await _state.Engine.Wheel.DelayAsync(within * _state.Engine.Random.NextDouble()).ConfigureAwait(false);
            // The table can be empty before the last session that was cut has been counted.
            lock (counting)
            {
                cut += session.End(_stopped) ? 1 : 0;
            }
        }
    }

    /// <summary>Warns of those that will not be let in for much longer.</summary>
    internal void LookAtPeers()
    {
        foreach (var peer in Table.Live.Select(session => session.Admitted).OfType<TlsInfo>())
        {
            _expiries.See(peer);
        }
    }

    private void Admitted(Session session)
    {
        if (_reports.Begins)
        {
            session.ReportBegun();
        }

        _revalidation.Began(session);
        if (session.Admitted is { } peer)
        {
            _expiries.See(peer);
        }
    }

    private void ListenOn(IReadOnlyList<ServedPort> ports, string backend)
    {
        _ports = ports;
        foreach (var port in ports)
        {
            TunnelLog.Listening(_state, port.EndPoint, backend);
            port.Serve(_user);
        }
    }

    private void Serve(SocketChannel channel)
    {
        if (_state.EnterPlan() is not { } plan)
        {
            // Accepted in the moment in which the tunnel ended.
            channel.Dispose();
            return;
        }

        var session = new Session(_state, plan, channel, Table.Counts, Admitted);
        Table.Add(session);
        session.EnterStrangers();
        // The accept loop continues at once.
        EventLoop.RunHeavy(static run => _ = run.Table.RunAsync(run.session), (Table, session));
    }
}
