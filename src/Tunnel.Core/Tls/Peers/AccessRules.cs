using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>
/// Who gets in of those whose chain is good: any entry that denies wins, any that allows lets in, and whoever matches
/// none is refused. Immutable; thread-safe.
/// </summary>
public sealed class AccessRules
{
    /// <summary>No rules: the chain alone decides.</summary>
    public static readonly AccessRules None = new(AccessSettings.None, []);

    private const string ShortForm = "allowed_client_cns";

    private readonly Entry[] _entries;
    private readonly IReadOnlyList<string> _allowedNames;
    private readonly bool _isEnforced;

    /// <param name="settings">The list, as far as it concerns the tunnel.</param>
    /// <param name="allowedNames">The short form: whoever has one of these names gets in too, unless denied.</param>
    public AccessRules(AccessSettings settings, IReadOnlyList<string> allowedNames)
    {
        _entries = [.. settings.Entries.Select(entry => new Entry(entry))];
        _allowedNames = allowedNames;
        _isEnforced = settings.IsEnforced;
    }

    /// <summary>There is a list, or it has only entries to be tried out.</summary>
    internal bool HasList => _entries.Length > 0 || _isEnforced;

    internal AccessVerdict Judge(AccessRequest peer)
    {
        if (!HasList)
        {
            return AllowedNames.FaultOf(peer.Leaf, _allowedNames, peer.CommonNameUse) is { } fault
                ? new AccessVerdict(new Refusal(RefusalCode.WrongName, fault), null)
                : AccessVerdict.Unasked;
        }

        var verdict = Judge(peer, withAudit: false);
        if (!_entries.Any(entry => entry.IsAudit))
        {
            return verdict;
        }

        return (verdict, Judge(peer, withAudit: true)) switch
        {
            ({ Refusal: null }, { Refusal: { } wouldBe }) => verdict with
            {
                Audit = $"it would be refused by an entry on trial: {wouldBe.Reason}",
            },
            ({ Refusal: { } refusal }, { Refusal: null, By: var by }) => Refused(
                $"{refusal.Reason}; {by}, which is on trial, would let it in"
            ),
            _ => verdict,
        };
    }

    private AccessVerdict Judge(AccessRequest peer, bool withAudit)
    {
        var entries = _entries.Where(entry => withAudit || !entry.IsAudit).ToList();
        if (entries.Exists(entry => entry.NeedsAllNames) && peer.WhyNamesAreMissing is { } missing)
        {
            return Refused(missing);
        }

        if (entries.Find(entry => entry.Denies && entry.Matches(peer)) is { } denying)
        {
            return Refused($"{denying.Key} denies it{denying.Why(peer)}");
        }

        if (entries.Find(entry => !entry.Denies && entry.Matches(peer)) is { } allowing)
        {
            return new AccessVerdict(null, allowing.Key);
        }

        var notNamed = AllowedNames.FaultOf(peer.Leaf, _allowedNames, peer.CommonNameUse);
        if (_allowedNames.Count > 0 && notNamed is null)
        {
            return new AccessVerdict(null, ShortForm);
        }

        if (!_isEnforced && _allowedNames.Count == 0 && entries.TrueForAll(entry => entry.Denies))
        {
            return AccessVerdict.Unasked;
        }

        var nearest = entries.Where(entry => !entry.Denies).MaxBy(entry => entry.Nearness(peer));
        return Refused(
            nearest is not null ? $"no entry of access allows it; the nearest is {nearest.Key}: {nearest.Missed(peer)}"
            : notNamed is not null ? $"no entry of access allows it, and {notNamed}"
            : "no entry of access allows anybody here"
        );
    }

    private static AccessVerdict Refused(string reason) => new(new Refusal(RefusalCode.NotAllowed, reason), null);

    private sealed class Entry(AccessEntry settings)
    {
        private readonly AccessMatcher[] _conditions =
        [
            .. settings.Conditions.Select(condition => new AccessMatcher(condition, settings.Denies)),
        ];

        public string Key => settings.Key;

        public bool Denies => settings.Denies;

        public bool IsAudit => settings.IsAudit;

        public bool NeedsAllNames => Array.Exists(_conditions, condition => condition.NeedsAllNames);

        public bool Matches(AccessRequest peer) => Array.TrueForAll(_conditions, condition => condition.IsMet(peer));

        /// <summary>How near the peer comes to matching: 1 is a match.</summary>
        public double Nearness(AccessRequest peer) =>
            (double)_conditions.Count(condition => condition.IsMet(peer)) / _conditions.Length;

        /// <summary>What the peer lacks.</summary>
        public string Missed(AccessRequest peer) =>
            string.Join("; ", _conditions.Where(condition => !condition.IsMet(peer)).Select(it => it.Missed(peer)));

        /// <summary>What of the peer it has matched.</summary>
        public string Why(AccessRequest peer) =>
            _conditions.Length == 0 ? "" : $": {string.Join("; ", _conditions.Select(it => it.Met(peer)))}";
    }
}

/// <summary>What the rules about access say about one peer.</summary>
/// <param name="Refusal">Null when it gets in.</param>
/// <param name="By">The entry that lets it in; null when none was asked.</param>
public readonly record struct AccessVerdict(Refusal? Refusal, string? By)
{
    public static readonly AccessVerdict Unasked;

    /// <summary>It gets in, but entries that are only tried out would refuse it; null: they would not.</summary>
    public string? Audit { get; init; }
}
