using System.Net;

namespace Tunnel.Simulator;

/// <summary>The applications and the targets of a world, and who has to do with whom.</summary>
internal sealed class Farm
{
    private readonly World _world;
    private readonly SimulatedMachine _applications;
    private readonly VisitState[] _visits;
    private readonly TargetPort?[] _ports;
    private int _answers;

    /// <param name="targets">Where they are.</param>
    public Farm(
        World world,
        SimulatedMachine applications,
        SimulatedMachine targetMachine,
        IReadOnlyList<IPEndPoint> targets
    )
    {
        (_world, _applications) = (world, applications);
        _visits = [.. world.Spec.Visits.Select((visit, index) => new VisitState(visit, index))];
        _ports =
        [
            .. world.Spec.Targets.All.Zip(
                targets,
                (spec, at) => spec.IsEverThere ? new TargetPort(world, targetMachine, at, Arrive) : null
            ),
        ];
    }

    public IReadOnlyList<VisitState> Visits => _visits;

    /// <summary>Connections to a target that belong to no application.</summary>
    public List<TcpEnd> Strays { get; } = [];

    /// <summary>Those of the targets that are ever there.</summary>
    public IEnumerable<TargetPort> Ports => _ports.OfType<TargetPort>();

    /// <summary>Every application has come and gone, and so has every target.</summary>
    public bool IsOver => _answers == _visits.Length && Array.TrueForAll(_visits, visit => visit.IsOver);

    /// <summary>The targets' ports open, and the applications come at their times.</summary>
    public void Open()
    {
        foreach (var (spec, port) in _world.Spec.Targets.All.Zip(_ports))
        {
            port?.Open();
            if (spec.Kind == MemberKind.Dying)
            {
                _world.Scheduler.Outside(TimeSpan.FromMilliseconds(spec.FromMs), port!.Die);
                _world.Scheduler.Outside(TimeSpan.FromMilliseconds(spec.FromMs + spec.ForMs), port.Open);
            }
        }

        foreach (var visit in _visits)
        {
            _world.Scheduler.Outside(TimeSpan.FromMilliseconds(visit.Spec.AtMs), () => Come(visit));
        }
    }

    /// <summary>The port of a target is closed for a while.</summary>
    public void Close(int which, TimeSpan length)
    {
        if (_ports[which % _ports.Length] is { } port)
        {
            port.Close();
            _world.Scheduler.Outside(length, port.Open);
        }
    }

    /// <summary>
    /// A connection from a server: whose it is can be seen by following it back to the application.
    /// </summary>
    private Actor? Arrive(TcpEnd end)
    {
        var clientSide = _world.ServerOf(end)?.Process.FrontOf(end.Peer)?.Peer;
        var application = clientSide is null ? null : _world.Client.Process.FrontOf(clientSide)?.Peer;
        if (
            _visits.FirstOrDefault(visit => visit.Application?.End == application) is not { } visit
            || application is null
        )
        {
            Strays.Add(end);
            end.Abort();
            return null;
        }

        var name = visit.Targets.Count == 0 ? $"target {visit.Index}" : $"target {visit.Index} again";
        var target = new Actor(
            _world.Scheduler,
            name,
            end,
            visit.Spec.Target,
            own: (visit.Index * 2) + 1,
            expected: visit.Index * 2,
            _world.Told
        );
        visit.Reached(target, clientSide!.Peer.Remote.Port);
        return target;
    }

    private void Come(VisitState visit) =>
        _world.Internet.Dial(
            _applications,
            _world.Client.ListensAt,
            (end, _) =>
            {
                _answers++;
                if (end is not null)
                {
                    visit.Application = new Actor(
                        _world.Scheduler,
                        $"application {visit.Index}",
                        end,
                        visit.Spec.Application,
                        own: visit.Index * 2,
                        expected: (visit.Index * 2) + 1,
                        _world.Told
                    );
                }
            }
        );
}

/// <summary>What has become of a visit.</summary>
internal sealed class VisitState(Visit spec, int index)
{
    private readonly List<int> _attempts = [];

    public Visit Spec => spec;

    public int Index => index;

    /// <summary>Null while it is not connected, or when it could not be.</summary>
    public Actor? Application { get; set; }

    /// <summary>More than one only where an attempt failed after the target had been reached.</summary>
    public List<Actor> Targets { get; } = [];

    public bool IsOver =>
        Application is null or { HasLeft: true } && Targets.TrueForAll(static target => target.HasLeft);

    /// <summary>The one that the application talks to, if any.</summary>
    public Actor? Target => Targets.LastOrDefault();

    /// <summary>
    /// Another attempt has reached the target. It need not be the last one of the client: a server that has not heard
    /// yet that the client has given an attempt up goes on with it.
    /// </summary>
    /// <param name="attempt">A number that grows from one attempt of the client to the next.</param>
    public void Reached(Actor target, int attempt)
    {
        var place = _attempts.FindLastIndex(earlier => earlier <= attempt) + 1;
        _attempts.Insert(place, attempt);
        Targets.Insert(place, target);
    }
}
