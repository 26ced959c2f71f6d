using System.Buffers.Binary;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>Reads <c>struct tcp_info</c> of Linux (tcp(7), include/uapi/linux/tcp.h).</summary>
internal static class TcpInfo
{
    private const int IpProtoTcp = 6;
    private const int OptionTcpInfo = 11;

    // Offsets of fields. All but the last are there since Linux 4.6, tcpi_snd_wnd since 5.4.
    private const int State = 0;
    private const int Probes = 3;
    private const int Rto = 8;
    private const int SndMss = 16;
    private const int Unacked = 24;
    private const int LastAckRecv = 56;
    private const int Rtt = 68;
    private const int BytesAcked = 120;
    private const int BytesReceived = 128;
    private const int NotsentBytes = 144;
    private const int SndWnd = 228;
    private const int Length = SndWnd + sizeof(uint);

    // include/net/tcp_states.h
    private const byte Established = 1;
    private const byte FinWait1 = 4;
    private const byte FinWait2 = 5;
    private const byte Close = 7;
    private const byte CloseWait = 8;

    /// <summary>On other systems: <see cref="PeerState.Unknown"/>.</summary>
    /// <exception cref="SocketException">The socket is no longer usable.</exception>
    /// <exception cref="ObjectDisposedException">We have closed it.</exception>
    public static PeerState Read(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return PeerState.Unknown;
        }

        // Fields that an older kernel does not know stay zero.
        Span<byte> info = stackalloc byte[Length];
        info.Clear();
        _ = socket.GetRawSocketOption(IpProtoTcp, OptionTcpInfo, info);
        return new PeerState
        {
            IsKnown = true,
            ReadAtMs = Environment.TickCount64,
            Presence = info[State] switch
            {
                Established or FinWait1 or FinWait2 => PeerPresence.There,
                CloseWait => PeerPresence.SentFin,
                _ => PeerPresence.Gone,
            },
            IsClosed = info[State] == Close,
            BytesAcked = BinaryPrimitives.ReadInt64LittleEndian(info[BytesAcked..]),
            BytesReceived = BinaryPrimitives.ReadInt64LittleEndian(info[BytesReceived..]),
            HasUnacknowledged = ReadUInt32(info, Unacked) > 0,
            HasUnsent = ReadUInt32(info, NotsentBytes) > 0,
            UnansweredProbes = info[Probes],
            SinceLastAckMs = ReadUInt32(info, LastAckRecv),
            RetransmissionTimeoutMs = ReadUInt32(info, Rto) / 1000,
            RoundTripUs = ReadUInt32(info, Rtt),
            SegmentBytes = (int)ReadUInt32(info, SndMss),
            WindowBytes = ReadUInt32(info, SndWnd),
        };
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> info, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(info[offset..]);
}
