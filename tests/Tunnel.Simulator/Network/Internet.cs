using System.Net;
using System.Net.Sockets;

namespace Tunnel.Simulator;

/// <summary>Somebody who takes connections.</summary>
internal interface IAcceptor
{
    SimulatedMachine Machine { get; }

    void Arrive(TcpEnd end);
}

/// <summary>A machine: how large its connections' buffers are.</summary>
internal sealed record SimulatedMachine(string Name, IPAddress Address, TcpSizes Sizes);

/// <summary>Who listens where, and what lies between whom.</summary>
internal sealed class Internet(Scheduler scheduler)
{
    // What a system waits for an answer to its SYN (tcp_syn_retries = 6).
    private static readonly TimeSpan _connectingGivesUp = TimeSpan.FromSeconds(127);

    private readonly Dictionary<IPEndPoint, IAcceptor> _listeners = [];
    private readonly Dictionary<(string, string), Link> _links = [];
    private readonly List<TcpEnd> _ends = [];
    private int _lastPort = 40_000;

    /// <summary>Takes in words what happens on the connections to come.</summary>
    public Action<string>? Told { get; set; }

    /// <summary>Addresses at which nobody answers.</summary>
    public HashSet<IPAddress> Silent { get; } = [];

    public void Join(SimulatedMachine one, SimulatedMachine other, Link link) =>
        _links[(one.Name, other.Name)] = _links[(other.Name, one.Name)] = link;

    public Link Between(string one, string other) => _links[(one, other)];

    public bool IsOpen(IPEndPoint at) => _listeners.ContainsKey(at);

    public void Open(IPEndPoint at, IAcceptor listener)
    {
        if (!_listeners.TryAdd(at, listener))
        {
            throw new SocketException((int)SocketError.AddressAlreadyInUse);
        }
    }

    public void Close(IPEndPoint at, IAcceptor listener)
    {
        if (_listeners.TryGetValue(at, out var open) && open == listener)
        {
            _listeners.Remove(at);
        }
    }

    /// <summary>A link falls silent, and with it every connection over it.</summary>
    public void Kill(Link link)
    {
        link.Die();
        _ends.ForEach(end =>
        {
            if (end.Link == link)
            {
                end.LinkDied();
            }
        });
    }

    /// <param name="answer">Called once: with a connection, or why there is none.</param>
    public void Dial(SimulatedMachine from, IPEndPoint to, Action<TcpEnd?, SocketError> answer)
    {
        var isAnswered = false;
        void answered(TcpEnd? end, SocketError error)
        {
            if (!isAnswered)
            {
                isAnswered = true;
                answer(end, error);
            }
        }

        scheduler.Outside(_connectingGivesUp, () => answered(null, SocketError.TimedOut));
        if (Silent.Contains(to.Address))
        {
            return;
        }

        if (!_listeners.TryGetValue(to, out var known))
        {
            scheduler.Outside(TimeSpan.FromMilliseconds(1), () => answered(null, SocketError.ConnectionRefused));
            return;
        }

        var link = Between(from.Name, known.Machine.Name);
        link.NewWire().Send(() => Arrive(from, to, link, answered));
    }

    private void Arrive(SimulatedMachine from, IPEndPoint to, Link link, Action<TcpEnd?, SocketError> answered)
    {
        var back = link.NewWire();
        if (!_listeners.TryGetValue(to, out var listener))
        {
            back.Send(() => answered(null, SocketError.ConnectionRefused));
            return;
        }

        var local = new IPEndPoint(from.Address, ++_lastPort);
        var (dialled, accepted) = TcpEnd.Connect(scheduler, link, (from.Sizes, listener.Machine.Sizes), local, to);
        if (Told is { } told)
        {
            dialled.Told = what => told($"{from.Name}, connection to {to}: {what}");
            accepted.Told = what => told($"{listener.Machine.Name}, connection from {local}: {what}");
        }

        _ends.Add(dialled);
        _ends.Add(accepted);
        back.Send(() =>
        {
            answered(dialled, SocketError.Success);
            link.NewWire()
                .Send(() =>
                {
                    if (_listeners.TryGetValue(to, out var still) && still == listener)
                    {
                        listener.Arrive(accepted);
                    }
                    else
                    {
                        accepted.Abort();
                    }
                });
        });
    }
}
