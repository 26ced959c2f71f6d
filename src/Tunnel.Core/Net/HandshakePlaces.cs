namespace Tunnel.Net;

/// <summary>
/// How many sessions of a client may be on their way to the server at once. With plenty of memory nobody waits; in a
/// small container a thousand applications that connect at the same moment go through in batches.
/// </summary>
internal sealed class HandshakePlaces
{
    // A session on its way takes 30 to 40 KiB more than one that relays, mostly for libssl (measured with 1,000 at
    // once).
    private const long BytesOfOne = 64 * 1024;

    // Enough to keep the processor busy during a round trip, however little memory there is.
    private const int Fewest = 16;

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource<bool>> _waiting = [];

    public HandshakePlaces()
        : this((int)Math.Clamp(BufferPool.Budget / BytesOfOne, Fewest, int.MaxValue)) { }

    internal HandshakePlaces(int places) => Free = places;

    /// <summary>How many places nobody has.</summary>
    internal int Free { get; private set; }

    /// <summary>
    /// Completes when there is a place, in the order of the calls; the caller gives it back with <see cref="Leave"/>.
    /// </summary>
    /// <param name="cutBy">Receives what to call to give up, and null when the wait is over.</param>
    /// <returns>False, without a place, when it was given up.</returns>
    public ValueTask<bool> EnterAsync(Action<Action?> cutBy)
    {
        TaskCompletionSource<bool> turn;
        lock (_lock)
        {
            if (Free > 0)
            {
                Free--;
                return new(true);
            }

            turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        return new(WaitAsync(turn, cutBy));
    }

    public void Leave()
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var turn))
            {
                if (turn.TrySetResult(true))
                {
                    return;
                }
            }

            Free++;
        }
    }

    private static async Task<bool> WaitAsync(TaskCompletionSource<bool> turn, Action<Action?> cutBy)
    {
        cutBy(() => turn.TrySetResult(false));
        var hasPlace = await turn.Task.ConfigureAwait(false);
        cutBy(null);
        return hasPlace;
    }
}
