using System.Buffers.Binary;
using System.Net.Sockets;

namespace Tunnel.Load.Ends;

/// <summary>One connection to the target, on a thread of its own; its first byte says what is wanted.</summary>
internal static class ThreadTarget
{
    public static void Serve(Socket socket)
    {
        using (socket)
        {
            try
            {
                Span<byte> wanted = stackalloc byte[1];
                socket.ReceiveExactly(wanted);
                switch (wanted[0])
                {
                    case Wire.Echo:
                        Echo(socket);
                        break;
                    case Wire.Swallow:
                        Swallow(socket);
                        break;
                    default:
                        Pour(socket);
                        break;
                }
            }
            catch (Exception e) when (e is SocketException or EndOfStreamException)
            {
                // The generator has had enough: that is how most cases end.
            }
        }
    }

    private static void Echo(Socket socket)
    {
        var buffer = new byte[4096];
        int count;
        while ((count = socket.Receive(buffer)) > 0)
        {
            socket.Send(buffer.AsSpan(0, count));
        }
    }

    /// <summary>
    /// Checks every byte, and confirms every block with the number of bytes so far; wrong bytes get no answer.
    /// </summary>
    private static void Swallow(Socket socket)
    {
        var buffer = new byte[Pattern.MaxPiece];
        long total = 0;
        int count;
        while ((count = socket.Receive(buffer)) > 0)
        {
            try
            {
                Pattern.Check(buffer.AsSpan(0, count), total);
            }
            catch (InvalidDataException e)
            {
                Console.Error.WriteLine(e.Message);
                return;
            }

            var blocks = total / Pattern.BlockBytes;
            total += count;
            if (total / Pattern.BlockBytes > blocks)
            {
                BinaryPrimitives.WriteInt64LittleEndian(buffer, total / Pattern.BlockBytes * Pattern.BlockBytes);
                socket.Send(buffer.AsSpan(0, sizeof(long)));
            }
        }
    }

    private static void Pour(Socket socket)
    {
        for (long total = 0; ; )
        {
            total += socket.Send(Pattern.At(total, Pattern.MaxPiece));
        }
    }
}
