using System.Buffers.Binary;
using System.Diagnostics;

namespace Tunnel.Load.Ends;

/// <summary>Sends a message, waits for its echo, checks it; at most one per interval. Counts operations.</summary>
/// <param name="interval">Zero: the next message follows the echo at once.</param>
/// <param name="speaksFirst">Tells the target what it is to do: not one that echoes whatever comes.</param>
internal sealed class EchoFlow(int port, TimeSpan interval, bool speaksFirst = true) : Flow
{
    private volatile bool _recording;

    /// <summary>Of the operations that began and ended while recording; to be read when the flow has stopped.</summary>
    public Latencies Latencies { get; } = new();

    public bool Recording
    {
        set => _recording = value;
    }

    protected override void Run()
    {
        using var socket = Wire.Dial(port);
        if (speaksFirst)
        {
            socket.Send([Wire.Echo]);
        }

        Span<byte> sent = stackalloc byte[Wire.MessageBytes];
        Span<byte> echo = stackalloc byte[Wire.MessageBytes];
        // Its own letter, so that an echo that strays to another connection is found.
        sent.Fill((byte)((System.Net.IPEndPoint)socket.LocalEndPoint!).Port);
        for (long number = 0; !Stopping; number++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(sent, number);
            var recording = _recording;
            var started = Stopwatch.GetTimestamp();
            socket.Send(sent);
            socket.ReceiveExactly(echo);
            var took = Stopwatch.GetElapsedTime(started);
            if (!echo.SequenceEqual(sent))
            {
                throw new InvalidDataException($"message {number} came back changed");
            }

            // The first waits for the connection to be made, which is the matter of other cases.
            if (recording && _recording && number > 0)
            {
                Latencies.Add(took);
            }

            Add(1);
            if (took < interval)
            {
                Thread.Sleep(interval - took);
            }
        }
    }
}
