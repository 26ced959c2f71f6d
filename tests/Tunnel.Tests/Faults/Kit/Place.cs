using System.Net.Sockets;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>Where the applications and the target have their sockets.</summary>
internal interface IPlace
{
    /// <summary>Of an application, not connected.</summary>
    Socket NewSocket();

    /// <summary>Of the target.</summary>
    Socket Listen(int port = 0);
}

/// <summary>On this machine, as everything else.</summary>
internal sealed class Loopback : IPlace
{
    public static readonly Loopback Instance = new();

    public Socket NewSocket() =>
        new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public Socket Listen(int port = 0) => Wire.Listen(port);
}
