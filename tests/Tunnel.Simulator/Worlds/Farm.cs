using System.Net;

namespace Tunnel.Simulator;

/// <summary>The applications and the targets of a world, and who has to do with whom.</summary>
internal sealed class Farm(World world, SimulatedMachine applications, SimulatedMachine targets, IPEndPoint targetAt)
    : IAcceptor
{
    private readonly VisitState[] _visits =
    [
        .. world.Spec.Visits.Select((visit, index) => new VisitState(visit, index)),
    ];
    private int _answers;

    public IReadOnlyList<VisitState> Visits => _visits;

    /// <summary>Connections to a target that belong to no application.</summary>
    public List<TcpEnd> Strays { get; } = [];

    public SimulatedMachine Machine => targets;

    /// <summary>Every application has come and gone, and so has every target.</summary>
    public bool IsOver => _answers == _visits.Length && Array.TrueForAll(_visits, visit => visit.IsOver);

    /// <summary>The target's port opens, and the applications come at their times.</summary>
    public void Open()
    {
        Reopen();
        foreach (var visit in _visits)
        {
            world.Scheduler.Outside(TimeSpan.FromMilliseconds(visit.Spec.AtMs), () => Come(visit));
        }
    }

    public void Close() => world.Internet.Close(targetAt, this);

    public void Reopen()
    {
        if (!world.Internet.IsOpen(targetAt))
        {
            world.Internet.Open(targetAt, this);
        }
    }

    /// <summary>
    /// A connection from the server: whose it is can be seen by following it back to the application.
    /// </summary>
    public void Arrive(TcpEnd end)
    {
        var clientSide = world.Server.Process.FrontOf(end.Peer)?.Peer;
        var application = clientSide is null ? null : world.Client.Process.FrontOf(clientSide)?.Peer;
        if (
            _visits.FirstOrDefault(visit => visit.Application?.End == application) is not { } visit
            || application is null
        )
        {
            Strays.Add(end);
            end.Abort();
            return;
        }

        var name = visit.Targets.Count == 0 ? $"target {visit.Index}" : $"target {visit.Index} again";
        visit.Targets.Add(
            new Actor(
                world.Scheduler,
                name,
                end,
                visit.Spec.Target,
                own: (visit.Index * 2) + 1,
                expected: visit.Index * 2,
                world.Told
            )
        );
    }

    private void Come(VisitState visit) =>
        world.Internet.Dial(
            applications,
            world.Client.ListensAt,
            (end, _) =>
            {
                _answers++;
                if (end is not null)
                {
                    visit.Application = new Actor(
                        world.Scheduler,
                        $"application {visit.Index}",
                        end,
                        visit.Spec.Application,
                        own: visit.Index * 2,
                        expected: (visit.Index * 2) + 1,
                        world.Told
                    );
                }
            }
        );
}

/// <summary>What has become of a visit.</summary>
internal sealed class VisitState(Visit spec, int index)
{
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
}
