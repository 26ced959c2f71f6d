using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>
/// When to warn that something expires: 30, 14, 7 and 1 days before, once each. Thread-safe; its memory is bounded.
/// </summary>
internal sealed class ExpirySteps
{
    // The first leaves time to order a certificate, the last is the day to do it.
    private static readonly TimeSpan[] _steps =
    [
        TimeSpan.FromDays(30),
        TimeSpan.FromDays(14),
        TimeSpan.FromDays(7),
        TimeSpan.FromDays(1),
    ];

    // Certificates that live for a day come by the thousand. Who is forgotten is warned about once more.
    private const int Most = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _told = [];

    /// <summary>The first warning comes so long before.</summary>
    public static TimeSpan First => _steps[0];

    /// <summary>The same for a certificate.</summary>
    /// <param name="file">Where it comes from; two files are warned about both.</param>
    public bool IsDue(X509Certificate2 certificate, DateTimeOffset now, string file = "")
    {
        var end = Validity.EndOf(certificate);
        return end - now < First && IsDue($"{file} {PeerIdentity.From(certificate).Fingerprint}", end, now);
    }

    /// <summary>Whether to warn now; it is then said for this step.</summary>
    /// <param name="name">Of what expires.</param>
    /// <returns>False also when it has expired, of which others tell.</returns>
    public bool IsDue(string name, DateTimeOffset end, DateTimeOffset now)
    {
        var reached = _steps.Count(step => end - now < step);
        if (reached == 0 || end < now)
        {
            return false;
        }

        lock (_lock)
        {
            if (_told.TryGetValue(name, out var told) && told >= reached)
            {
                return false;
            }

            if (_told.Count >= Most)
            {
                _told.Clear();
            }

            _told[name] = reached;
            return true;
        }
    }
}
