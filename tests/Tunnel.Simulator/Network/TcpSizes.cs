namespace Tunnel.Simulator;

/// <summary>What a connection's buffers hold, and how large its segments are.</summary>
internal sealed record TcpSizes(int SendBuffer, int ReceiveBuffer, int Segment)
{
    /// <summary>Room for what a turn moves, and segments as on an Ethernet.</summary>
    public static TcpSizes Plain { get; } = new(64 * 1024, 64 * 1024, 1460);
}
