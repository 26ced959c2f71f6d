using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tunnel.Tests.TestKit;

/// <summary>A path that dies without a word, as when a cable is pulled or a NAT box forgets a flow.</summary>
public static class DeadPath
{
    // include/uapi/asm-generic/socket.h
    private const int SolSocket = 1;
    private const int SoAttachFilter = 26;

    // include/uapi/linux/filter.h: "return 0", which lets nothing of a packet through.
    private const ushort BpfRet = 0x06;
    private const int InstructionBytes = 8;

    /// <summary>
    /// From now on whatever is sent to this socket is dropped before its system sees it; nothing is acknowledged.
    /// </summary>
    public static void CutOff(this Socket socket)
    {
        var program = Marshal.AllocHGlobal(InstructionBytes);
        try
        {
            Span<byte> instruction = stackalloc byte[InstructionBytes];
            BinaryPrimitives.WriteUInt16LittleEndian(instruction, BpfRet);
            Marshal.Copy(instruction.ToArray(), 0, program, InstructionBytes);
            // struct sock_fprog: the number of instructions, and where they are.
            Span<byte> filter = stackalloc byte[2 * sizeof(long)];
            BinaryPrimitives.WriteUInt16LittleEndian(filter, 1);
            BinaryPrimitives.WriteInt64LittleEndian(filter[sizeof(long)..], program);
            socket.SetRawSocketOption(SolSocket, SoAttachFilter, filter);
        }
        finally
        {
            Marshal.FreeHGlobal(program);
        }
    }
}
