namespace Tunnel.Opening;

/// <summary>
/// Queues by key: the longest gives up its oldest entry first; of several of the same length, the one that has had it
/// longest. Every step costs the same, however many queues and places there are. Not thread-safe.
/// </summary>
internal sealed class LongestQueueFirst<TKey, T>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Queue> _queues = [];

    // Queues of length n are in list n - 1.
    private readonly List<LinkedList<Queue>> _byLength = [];

    // Length of the longest queue. A step changes a length by one, so we never search for it.
    private int _longest;

    public int Count { get; private set; }

    /// <summary>The one to go first; null when there is none.</summary>
    public Place? First => _longest == 0 ? null : _byLength[_longest - 1].First!.Value.Places.First!.Value;

    /// <summary>How many there are in a queue.</summary>
    public int CountOf(TKey key) => _queues.TryGetValue(key, out var queue) ? queue.Places.Count : 0;

    /// <summary>Who has been longest in a queue; null when nobody is in it.</summary>
    public Place? FirstOf(TKey key) => _queues.TryGetValue(key, out var queue) ? queue.Places.First!.Value : null;

    /// <summary>Moves a place to the end of a queue; it leaves the queue where it was.</summary>
    public void Enter(Place place, TKey key)
    {
        Leave(place);
        if (!_queues.TryGetValue(key, out var queue))
        {
            queue = _queues[key] = new Queue(key);
        }

        queue.Places.AddLast(place.InQueue);
        place.Queue = queue;
        Count++;
        Relist(queue, queue.Places.Count - 1);
        _longest = Math.Max(_longest, queue.Places.Count);
    }

    /// <returns>False when it was not in a queue.</returns>
    public bool Leave(Place place)
    {
        if (place.Queue is not { } queue)
        {
            return false;
        }

        queue.Places.Remove(place.InQueue);
        place.Queue = null;
        Count--;
        Relist(queue, queue.Places.Count + 1);
        if (queue.Places.Count == 0)
        {
            _queues.Remove(queue.Key);
        }

        if (_byLength[_longest - 1].Count == 0)
        {
            _longest--;
        }

        return true;
    }

    private void Relist(Queue queue, int lengthBefore)
    {
        if (lengthBefore > 0)
        {
            _byLength[lengthBefore - 1].Remove(queue.InList);
        }

        var length = queue.Places.Count;
        if (length > _byLength.Count)
        {
            _byLength.Add([]);
        }

        if (length > 0)
        {
            _byLength[length - 1].AddLast(queue.InList);
        }
    }

    /// <summary>Somebody's place, in one queue at a time or in none.</summary>
    internal sealed class Place
    {
        public Place(T item)
        {
            Item = item;
            InQueue = new LinkedListNode<Place>(this);
        }

        public T Item { get; }

        internal LinkedListNode<Place> InQueue { get; }

        internal Queue? Queue { get; set; }
    }

    internal sealed class Queue
    {
        public Queue(TKey key)
        {
            Key = key;
            InList = new LinkedListNode<Queue>(this);
        }

        public TKey Key { get; }

        public LinkedList<Place> Places { get; } = [];

        public LinkedListNode<Queue> InList { get; }
    }
}
