namespace Tunnel.Simulator;

/// <summary>What a connection's buffers hold, and how large its segments are.</summary>
internal sealed record TcpSizes(int SendBuffer, int ReceiveBuffer, int Segment);
