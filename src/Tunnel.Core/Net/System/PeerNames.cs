using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Tunnel.Net;

/// <summary>
/// Lets a listening Unix socket accept peers that have long names. Any process may bind its own end to a name before it
/// connects; the runtime (.NET 10) has room for one that is little longer than the listener's own, and a longer one
/// ends the whole process.
/// </summary>
internal static class PeerNames
{
    // What the runtime measures the room by. No name is longer (unix(7): 108 bytes, and the last is zero).
    private static readonly UnixDomainSocketEndPoint _longest = new(new string('x', 107));

    /// <summary>
    /// Before the first accept; for a socket of another kind it does nothing. From then on the runtime does not remove
    /// the socket's file (<see cref="FileSocket"/>).
    /// </summary>
    public static void MakeRoom(Socket listener)
    {
        if (listener.AddressFamily == AddressFamily.Unix)
        {
            OwnName(listener) = _longest;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_rightEndPoint")]
    private static extern ref EndPoint? OwnName(Socket socket);
}
