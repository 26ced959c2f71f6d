using System.Security.Authentication;
using Tunnel.Config;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// One context for all endpoints that need the same: OpenSSL 3.0 takes 1.5 ms for an empty one, and hundreds of tunnels
/// often differ in no more than their addresses. Thread-safe.
/// </summary>
internal static class SharedContexts
{
    private static readonly Lock _lock = new();
    private static readonly Dictionary<Key, Entry> _entries = [];

    /// <returns>To be given back, not disposed of.</returns>
    /// <exception cref="TlsSetupException">OpenSSL cannot use the profile.</exception>
    public static OpenSslContext Rent(TlsProfile profile)
    {
        var key = Key.Of(profile);
        // Making one under the lock keeps others waiting who most probably want the same one.
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries[key] = entry = new Entry(new OpenSslContext(profile));
            }

            entry.Users++;
            return entry.Context;
        }
    }

    public static void Return(OpenSslContext context, TlsProfile profile)
    {
        var key = Key.Of(profile);
        lock (_lock)
        {
            if (--_entries[key].Users > 0)
            {
                return;
            }

            _entries.Remove(key);
        }

        context.Dispose();
    }

    private sealed class Entry(OpenSslContext context)
    {
        public OpenSslContext Context => context;

        public int Users { get; set; }
    }

    /// <summary>
    /// All of a profile that a context is made from: not the rules about names, and not the server's name.
    /// </summary>
    private sealed record Key(
        TunnelRole Role,
        OwnCertificate? Own,
        TrustAnchors? Anchors,
        RevocationLists? Crls,
        TicketSecrets? TicketSecrets,
        SslProtocols Versions,
        bool SessionResumption,
        ValueList<string> ApplicationProtocols,
        (string? Ciphers, string? CipherSuites, string? Groups, KeyExchange KeyExchange) Choices
    )
    {
        public static Key Of(TlsProfile profile) =>
            new(
                profile.Role,
                profile.Own,
                profile.Policy.Anchors,
                profile.Crls,
                profile.TicketSecrets,
                profile.Versions,
                profile.SessionResumption,
                new ValueList<string>(profile.ApplicationProtocols),
                (profile.Ciphers, profile.CipherSuites, profile.Groups, profile.KeyExchange)
            );
    }
}
