using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Tunnel.Net;

namespace Tunnel.Simulator;

/// <summary>A socket operation that waits; its continuation runs where the product asked for.</summary>
internal sealed class PendingOperation : IValueTaskSource<SocketResult>
{
    private ManualResetValueTaskSourceCore<SocketResult> _source;

    /// <param name="dice">Whether a loop has time for a step of a handshake.</param>
    public PendingOperation(Continuation continuation, Dice dice) =>
        _source.RunContinuationsAsynchronously =
            continuation == Continuation.Pool || (continuation == Continuation.LoopWithinBudget && dice.Percent(50));

    public ValueTask<SocketResult> Task => new(this, _source.Version);

    public static SocketResult Aborted => new(0, SocketError.OperationAborted);

    public void Complete(SocketResult result) => _source.SetResult(result);

    public SocketResult GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _source.OnCompleted(continuation, state, token, flags);
}
