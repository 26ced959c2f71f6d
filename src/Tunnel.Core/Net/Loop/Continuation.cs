namespace Tunnel.Net;

/// <summary>The thread on which a late completion of a socket's operation continues.</summary>
public enum Continuation
{
    /// <summary>
    /// On the event loop as long as it has time (<see cref="LoopBudget"/>), else on the thread pool: for the steps of a
    /// handshake, which each take up to a millisecond of arithmetic.
    /// </summary>
    LoopWithinBudget,

    /// <summary>On the event loop, where the event came in: for messages.</summary>
    Loop,

    /// <summary>
    /// On the thread pool: for bulk, whose arithmetic and copying would make everybody else on the loop wait.
    /// </summary>
    Pool,
}
