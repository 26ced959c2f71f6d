using System.Buffers.Binary;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>Whether the other end of a TCP connection is still there.</summary>
public enum PeerPresence
{
    There,

    /// <summary>It has sent FIN, perhaps behind bytes that have not been read: half-closed, or closed.</summary>
    SentFin,

    /// <summary>Reset, or closed by ourselves.</summary>
    Gone,
}

/// <param name="Presence">Whether the peer is there.</param>
/// <param name="BytesAcked">Bytes of ours that the peer's system has taken, since the connection began; 0 where unknown.</param>
public readonly record struct PeerState(PeerPresence Presence, long BytesAcked);

/// <summary>Reads <c>struct tcp_info</c> of Linux (tcp(7), include/uapi/linux/tcp.h).</summary>
internal static class TcpInfo
{
    private const int IpProtoTcp = 6;
    private const int OptionTcpInfo = 11;

    // tcpi_state is the first byte; tcpi_bytes_acked, since Linux 4.1, stands behind 8 bytes, 24 words of 32 and 2 of 64 bits.
    private const int BytesAckedOffset = 8 + (24 * 4) + (2 * 8);
    private const byte Established = 1;
    private const byte CloseWait = 8;
    private const byte FinWait1 = 4;
    private const byte FinWait2 = 5;

    /// <summary>On other systems: always there, nothing known.</summary>
    /// <exception cref="SocketException">The socket is not usable any more.</exception>
    /// <exception cref="ObjectDisposedException">We have closed it.</exception>
    public static PeerState Read(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new PeerState(PeerPresence.There, 0);
        }

        Span<byte> info = stackalloc byte[BytesAckedOffset + sizeof(long)];
        var length = socket.GetRawSocketOption(IpProtoTcp, OptionTcpInfo, info);
        var presence = info[0] switch
        {
            Established or FinWait1 or FinWait2 => PeerPresence.There,
            CloseWait => PeerPresence.SentFin,
            _ => PeerPresence.Gone,
        };
        return new PeerState(
            presence,
            length < info.Length ? 0 : BinaryPrimitives.ReadInt64LittleEndian(info[BytesAckedOffset..])
        );
    }
}
