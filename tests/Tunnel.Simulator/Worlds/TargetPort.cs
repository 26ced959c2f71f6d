using System.Net;

namespace Tunnel.Simulator;

/// <summary>One of the targets: a port that may be closed, and whose process may die.</summary>
internal sealed class TargetPort(World world, SimulatedMachine machine, IPEndPoint at, Func<TcpEnd, Actor?> arrive)
    : IAcceptor
{
    private readonly List<Actor> _actors = [];

    public SimulatedMachine Machine => machine;

    public Presence Presence { get; } = new(world.Scheduler);

    public void Arrive(TcpEnd end)
    {
        if (arrive(end) is { } actor)
        {
            _actors.Add(actor);
        }
    }

    public void Open()
    {
        if (!world.Internet.IsOpen(at))
        {
            world.Internet.Open(at, this);
            Presence.Note(isThere: true);
        }
    }

    /// <summary>Connections to it go on.</summary>
    public void Close()
    {
        world.Internet.Close(at, this);
        Presence.Note(isThere: false);
    }

    public void Die()
    {
        Close();
        _actors.ForEach(actor => actor.Die());
        _actors.Clear();
    }
}
