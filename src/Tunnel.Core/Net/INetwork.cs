using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>Where sockets come from.</summary>
internal interface INetwork
{
    /// <summary>A socket that has not been connected.</summary>
    /// <param name="beside">A socket of the same session; the new one uses its event loop.</param>
    /// <exception cref="SocketException">None is available: no file left, or no such family of addresses.</exception>
    ITcpSocket Open(AddressFamily family, ITcpSocket? beside);

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    IListenSocket Listen(IPEndPoint endPoint);

    /// <summary>The same inside this machine.</summary>
    /// <inheritdoc cref="UnixSocketFile.Listen(UnixEndPoint, int, UnixFileMode, string?)"/>
    IListenSocket Listen(UnixEndPoint at, UnixFileMode mode, string? owner);
}
