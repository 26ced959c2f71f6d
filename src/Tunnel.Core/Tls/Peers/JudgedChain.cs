using System.Security.Cryptography.X509Certificates;
using Flags = System.Security.Cryptography.X509Certificates.X509ChainStatusFlags;

namespace Tunnel.Tls;

/// <summary>A peer's chain as a backend has built and judged it, in the vocabulary that both backends share.</summary>
/// <param name="Certificates">From the leaf up, as far as the backend got; at least the leaf.</param>
/// <param name="Faults">What the backend says about each of them.</param>
public sealed record JudgedChain(IReadOnlyList<X509Certificate2> Certificates, IReadOnlyList<Flags> Faults)
{
    private long _endsAtTicks;

    /// <summary>When the first of its certificates expires.</summary>
    public DateTimeOffset EndsAt
    {
        get
        {
            if (Volatile.Read(ref _endsAtTicks) == 0)
            {
                Volatile.Write(ref _endsAtTicks, Certificates.Min(Validity.EndOf).UtcTicks);
            }

            return new DateTimeOffset(_endsAtTicks, TimeSpan.Zero);
        }
    }

    /// <summary>A chain that its backend has found good.</summary>
    public static JudgedChain Good(IReadOnlyList<X509Certificate2> certificates) =>
        new(certificates, new Flags[certificates.Count]);

    /// <summary>The chain that .NET has built; null when it is not a chain of this leaf.</summary>
    public static JudgedChain? From(X509Chain chain, X509Certificate2 leaf)
    {
        var elements = chain.ChainElements;
        if (elements.Count == 0 || !elements[0].Certificate.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span))
        {
            return null;
        }

        var faults = elements.Select(element => Combine(element.ChainElementStatus)).ToArray();
        // Faults of the whole chain belong to its end.
        faults[^1] |= Combine(chain.ChainStatus) & ~faults.Aggregate(Flags.NoError, (all, some) => all | some);
        return new JudgedChain([.. elements.Select(element => element.Certificate)], faults);
    }

    private static Flags Combine(X509ChainStatus[] statuses) =>
        statuses.Aggregate(Flags.NoError, (all, status) => all | status.Status);
}
