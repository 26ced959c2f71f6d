using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tunnel.Net;

/// <summary>Who is at the other end of an accepted connection inside this machine.</summary>
internal static class UnixPeer
{
    // asm-generic/socket.h; struct ucred is three 32-bit numbers: pid, uid, gid.
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int CredentialsBytes = 12;

    /// <exception cref="SocketException">The system does not say.</exception>
    public static UnixEndPoint Of(Socket accepted)
    {
        // Of an unnamed socket the text is empty, and of an abstract one it begins with @.
        var name = accepted.RemoteEndPoint?.ToString();
        return new UnixEndPoint(string.IsNullOrEmpty(name) ? null : name, ProcessOf(accepted));
    }

    /// <summary>As the system noted it when the connection was made; null on other systems than Linux.</summary>
    private static UnixProcess? ProcessOf(Socket accepted)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> credentials = stackalloc byte[CredentialsBytes];
        _ = accepted.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
        var numbers = MemoryMarshal.Cast<byte, int>(credentials);
        return new UnixProcess(numbers[0], (uint)numbers[1]);
    }
}
