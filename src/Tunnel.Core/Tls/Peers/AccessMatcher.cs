using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>One condition of an entry, ready to be asked.</summary>
internal sealed class AccessMatcher
{
    // What is longer is quickly read in the configuration.
    private const int MostListed = 8;

    private readonly AccessCondition _condition;
    private readonly NamePattern[] _patterns;
    private readonly IPNetwork[] _networks;

    /// <summary>
    /// Where a match shuts somebody out, a name counts even if its CA may not give it: nobody gets in by such a name,
    /// and nobody escapes by it.
    /// </summary>
    private readonly bool _everyNameCounts;

    public AccessMatcher(AccessCondition condition, bool denies)
    {
        _condition = condition;
        _everyNameCounts = denies != condition.IsNot;
        _patterns = condition.Key == AccessKey.Names ? [.. condition.Values.Select(NamePattern.Parse)] : [];
        _networks = condition.Key == AccessKey.From ? [.. condition.Values.Select(text => IPNetwork.Parse(text))] : [];
    }

    /// <summary>A name that cannot be read might be the one that shuts the peer out.</summary>
    public bool NeedsAllNames => _everyNameCounts && _condition.Key is (AccessKey.Names or AccessKey.Ou);

    public bool IsMet(AccessRequest peer) => HasOne(peer) != _condition.IsNot;

    /// <summary>What the peer has instead, or has although it must not, for somebody who wonders why.</summary>
    public string Missed(AccessRequest peer) => $"{WhatItHas(peer)} is {(_condition.IsNot ? "" : "not ")}in {Listed}";

    /// <summary>What of the peer meets it.</summary>
    public string Met(AccessRequest peer) => $"{WhatItHas(peer)} is {(_condition.IsNot ? "not " : "")}in {Listed}";

    private string Listed =>
        $"{_condition.Name} ({SafeText.Escape(string.Join(", ", _condition.Values.Take(MostListed)))}"
        + (_condition.Values.Count > MostListed ? $" and {_condition.Values.Count - MostListed} more)" : ")");

    private bool HasOne(AccessRequest peer) =>
        _condition.Key switch
        {
            AccessKey.Names => HasName(peer),
            AccessKey.Ou => peer.Units.Any(unit =>
                _condition.Values.Any(wanted => Ascii.EqualsIgnoreCase(unit, wanted))
            ),
            AccessKey.Issuer => peer.Authorities?.Any(IsWanted) ?? IsUnknownOne,
            AccessKey.Serial => _condition.Values.Contains(peer.Serial, StringComparer.OrdinalIgnoreCase),
            AccessKey.Fingerprint => _condition.Values.Contains(peer.Fingerprint, StringComparer.OrdinalIgnoreCase),
            _ => peer.From is { } address && _networks.Any(network => network.Contains(address)),
        };

    /// <summary>Nobody gets in by CAs that are not known.</summary>
    private bool IsUnknownOne => _everyNameCounts;

    private bool HasName(AccessRequest peer)
    {
        var use = _everyNameCounts ? CommonNameUse.AnyName : peer.CommonNameUse;
        return _patterns.Any(pattern => peer.Names.Matches(pattern, use));
    }

    private bool IsWanted(X509Certificate2 authority)
    {
        var key =
            AccessValues.HashPrefix
            + Convert.ToHexString(SHA256.HashData(authority.PublicKey.ExportSubjectPublicKeyInfo()));
        return _condition.Values.Any(wanted =>
            wanted == key || wanted == CommonName.Of(authority) || wanted == NameText.Subject(authority)
        );
    }

    private string WhatItHas(AccessRequest peer) =>
        _condition.Key switch
        {
            AccessKey.Names => AllowedNames.Borne(peer.Leaf),
            AccessKey.Ou => peer.Units is []
                ? "a subject without OU"
                : SafeText.Escape($"OU={string.Join(", OU=", peer.Units)}"),
            AccessKey.Issuer => peer.Authorities is { } all
                ? $"a chain below {string.Join(" below ", all.Select(NameText.Subject))}"
                : "a chain that is not known here (the session was resumed)",
            AccessKey.Serial => $"serial {peer.Serial}",
            AccessKey.Fingerprint => $"SHA-256 {peer.Fingerprint}",
            _ => peer.From is { } address ? $"address {address}" : "a connection that does not come by IP",
        };
}
