using System.Diagnostics;
using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>From an address of the configuration to an attempt to reach it.</summary>
internal static class ConnectAttempts
{
    /// <param name="beside">A connection of the same session; null for somebody who has none.</param>
    public static ConnectAttempt To(Address target, Engine engine, SocketChannel? beside = null) =>
        target switch
        {
            UnixAddress unix => new(new UnixEndPoint(unix.Name), engine, beside),
            HostPort tcp => new(tcp.Host, tcp.Port, engine, beside),
            _ => throw new UnreachableException(),
        };
}
