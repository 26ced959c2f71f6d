using System.Net;
using NLog;
using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>
/// A listener and whom it accepts for: a reload may give it to another tunnel without closing it, so no connection in
/// its backlog is lost.
/// </summary>
internal sealed class ServedPort(Listener listener)
{
    private readonly Lock _lock = new();
    private volatile PortUser? _user;
    private Task _running = Task.CompletedTask;
    private Task? _closed;

    /// <summary>The address bound.</summary>
    public EndPoint EndPoint => listener.EndPoint;

    /// <summary>Of the configuration, with the rights of its file, if it is a Unix socket.</summary>
    public Address? At { get; init; }

    /// <summary>What was to be bound: where that says port 0, the system chose one.</summary>
    public EndPoint? Wanted { get; init; }

    /// <summary>Whether it is what another configuration wants.</summary>
    public bool Is(EndPoint wanted) => wanted.Equals(Wanted) || (Wanted is not PassedSocket && wanted.Equals(EndPoint));

    /// <summary>From now on connections go to this user. The first one starts the accepting.</summary>
    public void Serve(PortUser user)
    {
        var isFirst = _user is null;
        _user = user;
        if (isFirst)
        {
            _running = listener.RunAsync(
                () => _user.HasRoom(),
                channel => _user.Accept(channel),
                error => TunnelLog.AcceptPaused(_user.Log, EndPoint, error)
            );
        }
    }

    /// <inheritdoc cref="Listener.StopAsync"/>
    /// <returns>Ends when the user has been given the last connection.</returns>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            return _closed ??= CloseOnceAsync();
        }
    }

    private async Task CloseOnceAsync()
    {
        await listener.StopAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }
}

/// <summary>What a tunnel does with the connections of its ports.</summary>
/// <param name="HasRoom">False while connections have to wait in the backlog.</param>
/// <param name="Accept">Takes a connection; returns at once.</param>
internal sealed record PortUser(Func<bool> HasRoom, Action<SocketChannel> Accept, ILogger Log);
