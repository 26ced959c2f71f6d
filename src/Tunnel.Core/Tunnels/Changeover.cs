using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>
/// One reload as a transaction: everything that can fail is done by <see cref="PrepareAsync"/>, which changes nothing
/// that runs; <see cref="Commit"/> cannot fail.
/// </summary>
internal sealed class Changeover
{
    private readonly Engine _engine;
    private readonly ProcessCandidate _next;
    private readonly IReadOnlyList<TunnelMember> _members;
    private readonly List<Step> _changes;
    private readonly List<Step> _starts;
    private readonly List<(TunnelMember Member, TunnelCandidate Candidate)> _stays;
    private readonly PortBooking _booking;

    /// <param name="next">Belongs to the changeover from now on, whatever comes of it.</param>
    /// <param name="newMember">For a tunnel that is new.</param>
    public Changeover(
        IReadOnlyList<TunnelMember> members,
        ProcessCandidate next,
        Func<TunnelCandidate, TunnelMember> newMember,
        Engine engine
    )
    {
        (_engine, _next, _members) = (engine, next, members);
        foreach (var member in members)
        {
            member.Hold();
        }

        var byCandidate = members.ToDictionary(member => member.Candidate);
        var reload = Reload.Between([.. byCandidate.Keys], next.Tunnels);
        _changes = [.. reload.Changes.Select(pair => new Step(byCandidate[pair.Old], pair.New))];
        _starts = [.. reload.Starts.Select(candidate => new Step(newMember(candidate), candidate))];
        _stays = [.. reload.Stays.Select(pair => (byCandidate[pair.Old], pair.New))];
        Leaves = [.. reload.Leaves.Select(candidate => byCandidate[candidate])];
        var moves = _changes.Where(step => step.NeedsPorts).Select(step => step.Member).Concat(Leaves);
        _booking = new PortBooking(engine, moves.SelectMany(member => member.Running?.Ports ?? []));
    }

    /// <summary>Those that the new configuration does not have.</summary>
    public IReadOnlyList<TunnelMember> Leaves { get; }

    /// <exception cref="TunnelStartException">
    /// An address cannot be used, or a file lets nobody through; with a line for each. Nothing has changed.
    /// </exception>
    public async Task PrepareAsync()
    {
        var faults = new List<Trouble>();
        foreach (var step in _changes.Concat(_starts))
        {
            var settings = step.Candidate.Settings;
            faults.AddRange(
                step.Candidate.WhyBroken(_engine.Time.GetUtcNow()).Select(fault => Placed(fault, settings))
            );
            try
            {
                if (step.NeedsPorts)
                {
                    step.Ports = await _booking.BookAsync(step.Candidate.Settings).ConfigureAwait(false);
                }
            }
            catch (TunnelStartException e)
            {
                faults.AddRange(e.Troubles.Select(trouble => Placed(trouble, e.At, settings)));
            }
        }

        if (faults.Count > 0)
        {
            Cancel();
            throw new TunnelStartException(faults);
        }
    }

    /// <param name="fault">Begins with the name of the file that it is about.</param>
    private static Trouble Placed(Trouble fault, TunnelSettings tunnel) =>
        fault.Behind(
            tunnel.Tls.Files.FirstOrDefault(file =>
                file.Place is not null && fault.Cause.StartsWith($"{file.Path}: ", StringComparison.Ordinal)
            )
                is { } file
                ? $"{file.Place}: {file.Key}: "
                : $"tunnel {tunnel.Title}: "
        );

    // What systemd has not passed on is told with its place by itself.
    private static Trouble Placed(Trouble fault, Address? listener, TunnelSettings tunnel) =>
        fault.Behind(
            listener is { Place: { } place, Key: { } key } and not SystemdSocket
                ? $"{place}: {key}: "
                : $"tunnel {tunnel.Title}: "
        );

    /// <summary>Gives back what the new configuration would have needed.</summary>
    public void Cancel()
    {
        _booking.Cancel();
        foreach (var candidate in _next.Tunnels)
        {
            candidate.Dispose();
        }

        ReleaseMembers();
    }

    /// <returns>The members from now on, in the order of the file. Those that leave are to be drained.</returns>
    public IReadOnlyList<TunnelMember> Commit()
    {
        foreach (var member in Leaves)
        {
            // The others go to their new owners.
            member.Running?.LeavePorts(_booking.Unused);
            TunnelLog.Leaves(member.Candidate.Settings);
        }

        foreach (var step in _changes)
        {
            step.Member.Change(step.Candidate, step.Ports);
            TunnelLog.Changed(step.Candidate.Settings);
        }

        _starts.ForEach(step => step.Member.Start(step.Ports));
        _booking.Keep();
        _stays.ForEach(stay => stay.Candidate.Dispose());
        ReleaseMembers();
        var members = _changes
            .Concat(_starts)
            .Select(step => (step.Member, step.Candidate))
            .Concat(_stays)
            .ToDictionary(one => one.Candidate, one => one.Member);
        return [.. _next.Tunnels.Select(candidate => members[candidate])];
    }

    /// <summary>The new configuration is that which runs.</summary>
    public bool IsEmpty => _changes.Count + _starts.Count + Leaves.Count == 0;

    /// <summary>What became of the tunnels, in numbers.</summary>
    public override string ToString() =>
        $"{_starts.Count} started, {_changes.Count} changed, {Leaves.Count} drained, {_stays.Count} unchanged";

    private void ReleaseMembers()
    {
        foreach (var member in _members)
        {
            member.Release();
        }
    }

    /// <summary>What one tunnel is to become.</summary>
    private sealed class Step(TunnelMember member, TunnelCandidate candidate)
    {
        public TunnelMember Member => member;

        public TunnelCandidate Candidate => candidate;

        /// <summary>It is new, or is to listen elsewhere. One that could not start finds its ports itself.</summary>
        public bool NeedsPorts { get; } =
            member.Candidate == candidate
            || (member.Running is not null && !member.Candidate.Settings.Listen.Equals(candidate.Settings.Listen));

        public IReadOnlyList<ServedPort> Ports { get; set; } = member.Running?.Ports ?? [];
    }
}
