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
internal sealed class HandshakeTurns(int most)
{
    private readonly Lock _lock = new();
    private readonly RoundRobin<ulong, TaskCompletionSource<bool>> _waiting = new();
    private int _free = most;

    public HandshakeTurns()
        : this(Math.Max(1, Environment.ProcessorCount / 2)) { }

    /// <summary>How many wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>
    /// Completes when it is the caller's turn, which <see cref="Leave"/> ends. If it has to wait, it continues on the
    /// thread pool.
    /// </summary>
    /// <param name="cutBy">Receives what to call to give up, and null when the wait is over.</param>
    /// <returns>False, without a turn, when it was given up.</returns>
    public ValueTask<bool> EnterAsync(ulong source, Action<Action?> cutBy)
    {
        TaskCompletionSource<bool> turn;
        RoundRobin<ulong, TaskCompletionSource<bool>>.Place place;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return new(true);
            }

            turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            place = _waiting.Enter(source, turn);
        }

        return new(WaitAsync());

        async Task<bool> WaitAsync()
        {
            cutBy(GiveUp);
            var isTurn = await turn.Task.ConfigureAwait(false);
            cutBy(null);
            return isTurn;
        }

        void GiveUp()
        {
            lock (_lock)
            {
                _waiting.Leave(place);
            }

            turn.TrySetResult(false);
        }
    }

    public void Leave()
    {
        TaskCompletionSource<bool>? next;
        do
        {
            lock (_lock)
            {
                if (!_waiting.TryNext(out next))
                {
                    _free++;
                    return;
                }
            }
        } while (!next.TrySetResult(true));
    }
}
