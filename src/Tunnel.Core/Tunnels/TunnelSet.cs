using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>All tunnels of a process, and its status socket.</summary>
public sealed class TunnelSet : IRunningTunnel
{
    private readonly Engine _engine;
    private readonly IReadOnlyList<TunnelMember> _members;
    private readonly TimeSpan _start;
    private StatusSocket? _status;
    private volatile bool _draining;

    private TunnelSet(ProcessCandidate candidate, Engine engine)
    {
        var interval = candidate.Settings.Monitor.Interval;
        (_engine, _start) = (engine, engine.Wheel.Now);
        _members = [.. candidate.Tunnels.Select(tunnel => new TunnelMember(tunnel, engine, interval))];
    }

    /// <summary>Those of them that have started.</summary>
    public IEnumerable<RunningTunnel> Running => _members.Select(member => member.Running).OfType<RunningTunnel>();

    /// <summary>Starts all of them. One that cannot start does not stop the others, and tries again.</summary>
    /// <param name="engine">Outlives the tunnels.</param>
    /// <exception cref="TunnelStartException">None of them can start, or the status socket cannot be used.</exception>
    public static async Task<TunnelSet> StartAsync(ProcessCandidate candidate, Engine engine)
    {
        var set = new TunnelSet(candidate, engine);
        await Task.WhenAll(set._members.Select(member => member.TryStartAsync())).ConfigureAwait(false);
        try
        {
            if (set._members.All(member => member.Fault is not null))
            {
                throw new TunnelStartException(string.Join('\n', set._members.Select(member => member.Fault!.Message)));
            }

            // After the ports: a second start of the same process fails there, and leaves the first one's socket alone.
            set.AnswerStatus(candidate.Settings.Monitor.StatusSocket?.Path);
        }
        catch
        {
            await set.DrainAsync().ConfigureAwait(false);
            throw;
        }

        foreach (var member in set._members)
        {
            _ = member.KeepTryingAsync();
        }

        return set;
    }

    /// <inheritdoc/>
    public async Task<int> DrainAsync()
    {
        _draining = true;
        var cut = await Task.WhenAll(_members.Select(member => member.DrainAsync())).ConfigureAwait(false);
        _status?.Dispose();
        return cut.Sum();
    }

    /// <inheritdoc/>
    public int CutAll() => Running.Sum(tunnel => tunnel.CutAll());

    private void AnswerStatus(string? path)
    {
        if (path is not null)
        {
            _status = StatusSocket.Bind(path);
            _ = _status.RunAsync(() => StatusText.Of(_members, _draining, _engine.Wheel.Now - _start), _engine.Wheel);
        }
    }
}
