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

    /// <summary>The ports for one tunnel.</summary>
    /// <exception cref="TunnelStartException">An address cannot be used; the message names it.</exception>
    public async Task<IReadOnlyList<ServedPort>> BookAsync(TunnelSettings tunnel) =>
        await Listening
            .BindAsync(
                tunnel.Listen,
                engine,
                endPoint =>
                {
                    if (_free.Find(port => port.EndPoint.Equals(endPoint)) is { } port)
                    {
                        RejectOtherRights(port, tunnel.Listen);
                        _free.Remove(port);
                        return port;
                    }

                    port = new ServedPort(Bind(endPoint, tunnel.Listen)) { Rights = tunnel.Listen };
                    _bound.Add(port);
                    return port;
                },
                TunnelLogger.Of(tunnel.Name)
            )
            .ConfigureAwait(false);

    /// <summary>The reload does not happen: closes what was bound for it.</summary>
    public void Cancel() => _bound.ForEach(port => port.Close());

    /// <summary>The reload happens: closes what nobody has taken over.</summary>
    public void Keep() => _free.ForEach(port => port.Close());

    /// <summary>The file of a Unix socket that goes on listening keeps its rights.</summary>
    private static void RejectOtherRights(ServedPort port, Address wanted)
    {
        if (wanted is UnixAddress && port.Rights != wanted)
        {
            throw new TunnelStartException(
                $"cannot change the mode or the owner of {wanted} while it listens; restart the tunnel for that"
            );
        }
    }

    private Listener Bind(EndPoint endPoint, Address at) =>
        at is UnixAddress unix
            ? Listener.Bind((UnixEndPoint)endPoint, unix.Mode, unix.Owner, engine)
            : Listener.Bind((IPEndPoint)endPoint, engine);
}
