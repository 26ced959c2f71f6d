using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>
/// A listening socket that this process was started with. It belongs to whoever opened it, such as systemd, and goes on
/// listening whatever we do: connections wait in its backlog for the next one that accepts.
/// </summary>
/// <param name="name">Under which it was passed.</param>
/// <param name="descriptor">The number of its file; never closed, so that it can be opened again.</param>
internal sealed class PassedSocket(string name, int descriptor) : EndPoint
{
    private static readonly Lock _lock = new();

    // An epoll set keeps what was registered for a number until the socket itself is closed (epoll(7)), and ours never
    // is; the runtime could not register another copy under the same number.
    private static int _lastCopy;

    public string Name => name;

    public int Descriptor => descriptor;

    /// <summary>A copy of the descriptor. Closing it ends our accepting, and nothing else.</summary>
    /// <exception cref="UnusableSocketException">
    /// It is not a listening stream socket, or there is no file left.
    /// </exception>
    public Socket Open()
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(new SafeSocketHandle(Copy(), ownsHandle: true));
            if (
                socket.SocketType == SocketType.Stream
                && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0
            )
            {
                PeerNames.MakeRoom(socket);
                return socket;
            }
        }
        catch (SocketException)
        {
            // Not a socket at all.
        }

        socket?.Dispose();
        throw new UnusableSocketException(
            Trouble.Of(
                $"file descriptor {descriptor} is not a listening stream socket",
                "its unit needs ListenStream= and Accept=no"
            )
        );
    }

    /// <summary>The same descriptor of this process.</summary>
    public override bool Equals(object? obj) => obj is PassedSocket other && other.Descriptor == descriptor;

    public override int GetHashCode() => descriptor;

    private int Copy()
    {
        lock (_lock)
        {
            return _lastCopy = Descriptors.Copy(descriptor, _lastCopy + 1);
        }
    }
}
