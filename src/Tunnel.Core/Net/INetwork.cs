using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>Where sockets come from.</summary>
internal interface INetwork
{
    /// <summary>A socket that has not been connected.</summary>
    /// <param name="beside">A socket of the same session, on whose event loop it is to be.</param>
    /// <exception cref="SocketException">None is to be had: no file, no such family of addresses.</exception>
    ITcpSocket Open(AddressFamily family, ITcpSocket? beside);

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    IListenSocket Listen(IPEndPoint endPoint);
}
