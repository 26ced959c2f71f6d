namespace Tunnel.Net;

/// <summary>
/// How many sessions of a client may be on their way to the server at once. With plenty of memory nobody ever waits;
/// in a small container a thousand applications that come at the same moment go through one batch after the other.
/// </summary>
internal sealed class HandshakePlaces
{
    // A session on its way takes 30 to 40 KiB more than one that relays, most of it libssl's (measured with 1,000 at once).
    private const long BytesOfOne = 64 * 1024;

    // So many share a round trip that the processor is busy, however little memory there is.
    private const int Fewest = 16;

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource<bool>> _waiting = [];
    private int _free;

    public HandshakePlaces()
        : this((int)Math.Clamp(BufferPool.Budget / BytesOfOne, Fewest, int.MaxValue)) { }

    internal HandshakePlaces(int places) => _free = places;

    /// <summary>Completes when there is a place, which the caller gives back with <see cref="Leave"/>; in the order of the calls.</summary>
    /// <param name="cutBy">Is told what to call to give up, and null when that is over.</param>
    /// <returns>False, and there is no place, when it was given up.</returns>
    public ValueTask<bool> EnterAsync(Action<Action?> cutBy)
    {
        TaskCompletionSource<bool> turn;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
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

            _free++;
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
