using Microsoft.AspNetCore.Connections;

namespace Tunnel.Monitoring;

/// <summary>
/// The connections of the moment. When there are too many, the one that has asked for nothing for longest is cut, so
/// that nobody who holds connections open keeps a health check out: that would end the process, and every session.
/// From any thread.
/// </summary>
/// <param name="most">How many there may be.</param>
internal sealed class Connections(int most)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<ConnectionContext> _quietestFirst = new();
    private readonly Dictionary<string, LinkedListNode<ConnectionContext>> _byId = [];

    public ConnectionDelegate Watch(ConnectionDelegate next) =>
        async connection =>
        {
            Enter(connection);
            try
            {
                await next(connection).ConfigureAwait(false);
            }
            finally
            {
                Leave(connection);
            }
        };

    /// <summary>It asks for something.</summary>
    public void Asks(string id)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out var place))
            {
                _quietestFirst.Remove(place);
                _quietestFirst.AddLast(place);
            }
        }
    }

    private void Enter(ConnectionContext connection)
    {
        ConnectionContext? quietest = null;
        lock (_lock)
        {
            if (_byId.Count == most)
            {
                quietest = _quietestFirst.First!.Value;
                _quietestFirst.RemoveFirst();
                _byId.Remove(quietest.ConnectionId);
            }

            _byId[connection.ConnectionId] = _quietestFirst.AddLast(connection);
        }

        quietest?.Abort();
    }

    private void Leave(ConnectionContext connection)
    {
        lock (_lock)
        {
            if (_byId.Remove(connection.ConnectionId, out var place))
            {
                _quietestFirst.Remove(place);
            }
        }
    }
}
