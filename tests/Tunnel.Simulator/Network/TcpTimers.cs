namespace Tunnel.Simulator;

/// <summary>
/// When a system asks again and when it gives up: what Linux does by default, and what the product sets (SocketTuning).
/// </summary>
internal static class TcpTimers
{
    private static readonly TimeSpan _keepAliveIdle = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _keepAliveInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _firstRetransmission = TimeSpan.FromMilliseconds(200);

    /// <summary>A system that has nothing to say acknowledges this late at most.</summary>
    public static readonly TimeSpan LatestAck = TimeSpan.FromMilliseconds(40);

    /// <summary>An idle connection, after <see cref="_keepAliveIdle"/> and four probes.</summary>
    public static readonly TimeSpan KeepAliveGivesUp = _keepAliveIdle + (4 * _keepAliveInterval);

    /// <summary>One with something to send (tcp_retries2 = 15).</summary>
    public static readonly TimeSpan SendingGivesUp = TimeSpan.FromSeconds(924);

    /// <summary>
    /// A closed window is probed, and what was lost is sent again, at times that double. A living peer answers each at
    /// once; so what is seen follows from how long ago the last acknowledgement was.
    /// </summary>
    /// <param name="since">The last acknowledgement.</param>
    /// <param name="hasQueue">There is something in the send queue.</param>
    public static (TimeSpan SinceAck, TimeSpan Timeout) Probing(Link link, TimeSpan since, bool hasQueue)
    {
        var timeout = _firstRetransmission + (link.Delay * 2);
        if (!hasQueue)
        {
            return (since, timeout);
        }

        var isAlive = link.DeadSince is null;
        for (var rest = since; rest >= timeout; timeout *= 2)
        {
            rest -= timeout;
            since = isAlive ? rest : since;
        }

        return (since, timeout);
    }

    /// <summary>Keepalive probes so far: an idle connection has them, and a dead link does not answer.</summary>
    /// <param name="silent">Since something was last heard.</param>
    public static int UnansweredProbes(Link link, TimeSpan silent, bool hasQueue) =>
        link.DeadSince is null || hasQueue || silent < _keepAliveIdle
            ? 0
            : 1 + (int)((silent - _keepAliveIdle) / _keepAliveInterval);
}
