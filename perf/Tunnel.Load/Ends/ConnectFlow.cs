namespace Tunnel.Load.Ends;

/// <summary>Connects, sends a byte, waits for it to come back, closes, and again. Counts connections.</summary>
internal sealed class ConnectFlow(int port) : Flow
{
    protected override void Run()
    {
        Span<byte> echo = stackalloc byte[1];
        while (!Stopping)
        {
            using var socket = Wire.Dial(port);
            var sent = (byte)Count;
            socket.Send([sent]);
            socket.ReceiveExactly(echo);
            if (echo[0] != sent)
            {
                throw new InvalidDataException($"{sent} came back as {echo[0]}");
            }

            Add(1);
        }
    }
}
