namespace Tunnel.Net;

/// <summary>
/// When a server answers a ClientHello. It is the one thing that a stranger can make it do which costs time: a key and
/// a signature. So at most half of the processors do it at a time, and those who wait are served in turns among
/// sources: live sessions keep the other half, and a crowd from one source keeps nobody else waiting. Nothing is held
/// while a client has to answer, so one that never does takes no turn.
/// </summary>
/// <remarks>
/// What is begun is not late by our doing: it waits before it has cost anything, and may run into its deadline there.
/// </remarks>
internal sealed class HandshakeTurns(int most) : FairPlaces(most)
{
    public HandshakeTurns()
        : this(Math.Max(1, Environment.ProcessorCount / 2)) { }
}
