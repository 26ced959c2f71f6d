namespace Tunnel.Net;

/// <summary>
/// A number of places. Who finds none waits: first come, first served within a source, in turns among sources. From any
/// thread.
/// </summary>
internal abstract class FairPlaces(int places)
{
    private readonly Lock _lock = new();
    private readonly RoundRobin<ulong, TaskCompletionSource<bool>> _waiting = new();

    /// <summary>How many places nobody has.</summary>
    internal int Free { get; private set; } = places;

    /// <summary>How many wait for a place.</summary>
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
    /// Completes when there is a place, which the caller gives back with <see cref="Leave"/>. If it has to wait, it
    /// continues on the thread pool.
    /// </summary>
    /// <param name="cutBy">Receives what to call to give up, and null when the wait is over.</param>
    /// <returns>False, without a place, when it was given up.</returns>
    public ValueTask<bool> EnterAsync(ulong source, Action<Action?> cutBy)
    {
        TaskCompletionSource<bool> turn;
        RoundRobin<ulong, TaskCompletionSource<bool>>.Place place;
        lock (_lock)
        {
            if (Free > 0)
            {
                Free--;
                return new(true);
            }

            turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            place = _waiting.Enter(source, turn);
        }

        return new(WaitAsync());

        async Task<bool> WaitAsync()
        {
            cutBy(GiveUp);
            var hasPlace = await turn.Task.ConfigureAwait(false);
            cutBy(null);
            return hasPlace;
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
                    Free++;
                    return;
                }
            }
        } while (!next.TrySetResult(true));
    }
}
