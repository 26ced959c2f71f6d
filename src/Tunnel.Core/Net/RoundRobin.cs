using System.Diagnostics.CodeAnalysis;

namespace Tunnel.Net;

/// <summary>
/// Queues by key that are served in turns: first come, first served within a key. Every step costs the same, however
/// many keys and places there are. Not thread-safe.
/// </summary>
internal sealed class RoundRobin<TKey, T>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Queue> _queues = [];
    private readonly LinkedList<Queue> _round = [];

    public int Count { get; private set; }

    public Place Enter(TKey key, T item)
    {
        if (!_queues.TryGetValue(key, out var queue))
        {
            _queues[key] = queue = new Queue(key);
            _round.AddLast(queue.InRound);
        }

        Count++;
        return new Place(queue, queue.Items.AddLast(item));
    }

    /// <summary>It does not wait any more, if it still did.</summary>
    public void Leave(Place place)
    {
        if (place.InQueue.List is not null)
        {
            Remove(place.Queue, place.InQueue);
        }
    }

    public bool TryNext([MaybeNullWhen(false)] out T item)
    {
        if (_round.First is not { } next)
        {
            item = default;
            return false;
        }

        _round.RemoveFirst();
        _round.AddLast(next);
        var first = next.Value.Items.First!;
        Remove(next.Value, first);
        item = first.Value;
        return true;
    }

    private void Remove(Queue queue, LinkedListNode<T> place)
    {
        queue.Items.Remove(place);
        Count--;
        if (queue.Items.Count == 0)
        {
            _round.Remove(queue.InRound);
            _queues.Remove(queue.Key);
        }
    }

    /// <summary>Somebody's place in the queue of its key.</summary>
    internal readonly record struct Place(Queue Queue, LinkedListNode<T> InQueue);

    internal sealed class Queue
    {
        public Queue(TKey key)
        {
            Key = key;
            InRound = new LinkedListNode<Queue>(this);
        }

        public TKey Key { get; }

        public LinkedList<T> Items { get; } = [];

        public LinkedListNode<Queue> InRound { get; }
    }
}
