using System.Buffers.Binary;
using System.Net.Sockets;

namespace Tunnel.Load.Ends;

/// <summary>
/// Sends as much as goes, up to the end of a block, and has the target confirm every byte. Not by the end of the
/// stream, which not every peer carries over while the other direction goes on. Counts bytes.
/// </summary>
internal sealed class UpFlow(int port) : Flow
{
    protected override void Run()
    {
        using var socket = Wire.Dial(port);
        socket.Send([Wire.Swallow]);
        long total = 0;
        while (!Stopping || total % Pattern.BlockBytes != 0)
        {
            var left = Pattern.BlockBytes - (int)(total % Pattern.BlockBytes);
            var sent = socket.Send(Pattern.At(total, Math.Min(left, Pattern.MaxPiece)));
            total += sent;
            Add(sent);
        }

        var confirmations = new byte[total / Pattern.BlockBytes * sizeof(long)];
        socket.ReceiveExactly(confirmations);
        var arrived = BinaryPrimitives.ReadInt64LittleEndian(confirmations.AsSpan(confirmations.Length - sizeof(long)));
        if (arrived != total)
        {
            throw new InvalidDataException($"{total} bytes sent, {arrived} arrived");
        }
    }
}

/// <summary>Takes as much as comes and checks every byte of it. Counts bytes.</summary>
internal sealed class DownFlow(int port) : Flow
{
    protected override void Run()
    {
        using var socket = Wire.Dial(port);
        socket.Send([Wire.Pour]);
        var buffer = new byte[Pattern.MaxPiece];
        long total = 0;
        while (!Stopping)
        {
            var count = socket.Receive(buffer);
            if (count == 0)
            {
                throw new EndOfStreamException("the stream ended although the target goes on");
            }

            Pattern.Check(buffer.AsSpan(0, count), total);
            total += count;
            Add(count);
        }

        // The target would go on forever; a reset ends it.
        socket.LingerState = new LingerOption(true, 0);
    }
}
