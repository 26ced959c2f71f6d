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

    /// <param name="reusePort">Other processes may listen on the same address.</param>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    IListenSocket Listen(IPEndPoint endPoint, bool reusePort);

    /// <summary>The same inside this machine.</summary>
    /// <inheritdoc cref="UnixSocketFile.Listen(UnixEndPoint, int, UnixFileMode, string?)"/>
    IListenSocket Listen(UnixEndPoint at, UnixFileMode mode, string? owner);

    /// <summary>Accepts from a socket that somebody else has opened, and goes on holding.</summary>
    /// <exception cref="IOException">It is not a listening stream socket.</exception>
    IListenSocket Listen(PassedSocket passed);

    /// <summary>What this process was started with.</summary>
    PassedSockets Passed { get; }
}
