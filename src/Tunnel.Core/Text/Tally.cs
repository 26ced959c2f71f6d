using System.Collections.Frozen;
using System.Runtime.CompilerServices;

namespace Tunnel.Text;

/// <summary>How often each word of a closed list has been said. From any thread.</summary>
internal sealed class Tally<T>
    where T : struct, Enum
{
    private readonly FrozenDictionary<T, StrongBox<long>> _counts = Enum.GetValues<T>()
        .ToFrozenDictionary(value => value, _ => new StrongBox<long>());

    public void Count(T value) => Interlocked.Increment(ref _counts[value].Value);

    public long this[T value] => Volatile.Read(ref _counts[value].Value);

    public long Sum => _counts.Values.Sum(count => Volatile.Read(ref count.Value));

    /// <summary>Those that have been said, as the log writes them.</summary>
    public SortedDictionary<string, long> ByWord() =>
        new(
            _counts
                .Where(count => Volatile.Read(ref count.Value.Value) > 0)
                .ToDictionary(count => count.Key.Word(), count => count.Value.Value),
            StringComparer.Ordinal
        );
}
