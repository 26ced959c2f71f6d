using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls.SslStreamBackend;

/// <summary>
/// The chains that have been found good, for peers that resume a session: a ticket holds the leaf without its
/// intermediates, so the runtime has nothing to build a chain from. All rules are applied again; only the signatures,
/// of the same certificates, are not verified again.
/// </summary>
internal sealed class KnownChains
{
    // More peers than the tunnels of most processes have, some 6 KiB each. Once it is full nobody resumes, because no
    // peer may be refused for not being remembered.
    private const int Most = 4096;

    // OpenSSL takes no ticket that is older (SSL_CTX_set_timeout(3)), so nobody comes back with one.
    private static readonly TimeSpan _ticketLife = TimeSpan.FromHours(2);

    // A look at all of them; they grow old slowly.
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Known> _known = new();
    private long _lookedAtMs;

    public bool IsFull
    {
        get
        {
            if (_known.Count < Most)
            {
                return false;
            }

            DropOld(Environment.TickCount64);
            return _known.Count >= Most;
        }
    }

    public JudgedChain? Of(X509Certificate2 leaf)
    {
        if (!_known.TryGetValue(Key(leaf), out var known))
        {
            return null;
        }

        known.SeenAtMs = Environment.TickCount64;
        return known.Chain;
    }

    /// <param name="chain">A good one: strangers must not be able to fill the memory.</param>
    public void Remember(JudgedChain chain)
    {
        if (!IsFull)
        {
            _known[Key(chain.Certificates[0])] = new Known(chain) { SeenAtMs = Environment.TickCount64 };
        }
    }

    private void DropOld(long nowMs)
    {
        var last = Volatile.Read(ref _lookedAtMs);
        if (
            nowMs - last < _betweenLooks.TotalMilliseconds
            || Interlocked.CompareExchange(ref _lookedAtMs, nowMs, last) != last
        )
        {
            return;
        }

        foreach (var (key, known) in _known)
        {
            if (nowMs - known.SeenAtMs > _ticketLife.TotalMilliseconds)
            {
                _known.TryRemove(key, out _);
            }
        }
    }

    private static string Key(X509Certificate2 leaf) => leaf.GetCertHashString(HashAlgorithmName.SHA256);

    private sealed class Known(JudgedChain chain)
    {
        public JudgedChain Chain => chain;

        public long SeenAtMs { get; set; }
    }
}
