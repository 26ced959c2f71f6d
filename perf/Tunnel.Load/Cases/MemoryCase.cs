using System.Net.Sockets;
using Tunnel.Load.Ends;
using Tunnel.Load.Pairs;

namespace Tunnel.Load.Cases;

/// <summary>What 2,000 idle connections cost that have each carried one echo.</summary>
internal sealed class MemoryCase()
    : LoadCase("memory", "Memory at 2,000 idle connections", Target.Events, PairState.Fresh)
{
    public const string PerConnection = "KiB/connection";

    public const string BeforeLoad = "MiB before load, larger process";

    private const int Connections = 2000;

    // Enough to have everything loaded that is loaded once.
    private const int WarmUp = 50;

    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(0.7);

    public override IReadOnlyList<Column> Columns { get; } =
    [new(PerConnection, 1, MoreIsBetter: false), new(BeforeLoad, 1, MoreIsBetter: false)];

    public override double[] Run(RunningPair pair, Timing timing)
    {
        Thread.Sleep(_settle);
        var beforeLoad = pair.LargerMemoryBytes;
        Open(pair.Port, WarmUp).ForEach(socket => socket.Dispose());
        Thread.Sleep(_settle);
        var before = pair.MemoryBytes;
        var open = Open(pair.Port, Connections);
        Thread.Sleep(_settle);
        var after = pair.MemoryBytes;
        open.ForEach(socket => socket.Dispose());
        return [(after - before) / 1024.0 / Connections, beforeLoad / (double)(1 << 20)];
    }

    private static List<Socket> Open(int port, int count)
    {
        var open = new List<Socket>(count);
        Span<byte> echo = stackalloc byte[1];
        for (var i = 0; i < count; i++)
        {
            var socket = Wire.Dial(port);
            open.Add(socket);
            socket.Send([(byte)i]);
            socket.ReceiveExactly(echo);
            if (echo[0] != (byte)i)
            {
                throw new InvalidDataException($"{(byte)i} came back as {echo[0]}");
            }
        }

        return open;
    }
}
