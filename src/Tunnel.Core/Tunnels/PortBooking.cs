using System.Net;
using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>
/// The ports for a reload: those that nobody needs any more are taken over, the others are bound before anything
/// changes. Until <see cref="Keep"/> nothing has happened to what runs.
/// </summary>
/// <param name="free">Ports of tunnels that leave them.</param>
internal sealed class PortBooking(Engine engine, IEnumerable<ServedPort> free)
{
    private readonly List<ServedPort> _free = [.. free];
    private readonly List<ServedPort> _bound = [];
    private readonly List<ServedPort> _given = [];

    /// <summary>The ports for one tunnel.</summary>
    /// <exception cref="TunnelStartException">An address cannot be used; the message names it.</exception>
    public async Task<IReadOnlyList<ServedPort>> BookAsync(TunnelSettings tunnel)
    {
        var ports = new List<ServedPort>();
        foreach (var at in tunnel.Listen)
        {
            try
            {
                ports.AddRange(
                    await Listening
                        .BindAsync(at, engine, endPoint => Book(endPoint, at), TunnelLogger.Of(tunnel.Name))
                        .ConfigureAwait(false)
                );
            }
            catch (TunnelStartException e)
            {
                throw new TunnelStartException(e.Troubles) { At = at };
            }
        }

        return ports;
    }

    /// <summary>What nobody has taken over so far.</summary>
    public IReadOnlyCollection<ServedPort> Unused => _free;

    /// <summary>The reload does not happen: closes what was bound for it.</summary>
    public void Cancel() => _bound.ForEach(port => _ = port.CloseAsync());

    /// <summary>The reload happens: closes what nobody has taken over.</summary>
    public void Keep() => _free.ForEach(port => _ = port.CloseAsync());

    private ServedPort Book(EndPoint endPoint, Address at)
    {
        // Two names for one address; with SO_REUSEPORT the system would not mind.
        if (_given.Exists(port => port.EndPoint.Equals(endPoint)))
        {
            throw new TunnelStartException(
                Trouble.Of($"cannot listen on {at}: the configuration has {endPoint} twice", "remove one")
            );
        }

        if (_free.Find(port => port.Is(endPoint)) is { } port)
        {
            RejectOtherRights(port, at);
            _free.Remove(port);
        }
        else
        {
            port = new ServedPort(Bind(endPoint, at)) { At = at, Wanted = endPoint };
            _bound.Add(port);
        }

        _given.Add(port);
        return port;
    }

    /// <summary>A socket that goes on listening keeps what is decided when it is bound.</summary>
    private static void RejectOtherRights(ServedPort port, Address wanted)
    {
        if (wanted is UnixAddress && port.At != wanted)
        {
            throw new TunnelStartException(
                Trouble.Of(
                    $"cannot change the mode or the owner of {wanted} while it listens",
                    "restart the tunnel for that"
                )
            );
        }

        if ((port.At, wanted) is (HostPort old, HostPort tcp) && old.ReusePort != tcp.ReusePort)
        {
            throw new TunnelStartException(
                Trouble.Of($"cannot change reuse_port of {wanted} while it listens", "restart the tunnel for that")
            );
        }
    }

    private Listener Bind(EndPoint endPoint, Address at) =>
        (endPoint, at) switch
        {
            (PassedSocket passed, _) => Listener.Bind(passed, engine),
            (UnixEndPoint path, UnixAddress unix) => Listener.Bind(path, unix.Mode, unix.Owner?.Path, engine),
            _ => Listener.Bind((IPEndPoint)endPoint, engine, at is HostPort { ReusePort: true }),
        };
}
