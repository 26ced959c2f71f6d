namespace Tunnel.Config;

/// <summary>Reads a list of <c>access</c>: who gets in, besides what the CA says.</summary>
internal static class AccessSchema
{
    public const string List = "access";
    private const string Allow = "allow";
    private const string Deny = "deny";
    private const string Everybody = "everybody";
    private const string To = "to";
    private const string NotTo = "not_to";
    private const string HowToWrite = "write '- allow: {names: [...]}' or '- deny: {serial: [...]}' for each entry";

    private static readonly AccessKey[] _keys = Enum.GetValues<AccessKey>();

    /// <param name="hasShortForm">Names are allowed besides the list.</param>
    public static AccessSettings Read(SectionReader section, bool hasShortForm)
    {
        if (section.Sections(List, HowToWrite) is not { } readers)
        {
            return AccessSettings.None;
        }

        var entries = readers.Select(ReadEntry).OfType<AccessEntry>().ToList();
        var enforced = entries.Where(entry => !entry.IsAudit).ToList();
        if (enforced.Count > 0 && !hasShortForm && enforced.TrueForAll(entry => entry.Denies))
        {
            section.Fault(
                List,
                "allows nobody: whoever matches no entry is refused",
                "add '- allow: everybody' if all others of the CA are to get in, or say who is"
            );
        }

        return new AccessSettings(new ValueList<AccessEntry>(entries), enforced.Count > 0);
    }

    /// <summary>What of a tunnel's list concerns it.</summary>
    /// <param name="tunnel">Its name; null: it is the only one.</param>
    public static AccessSettings For(string? tunnel, AccessSettings all) =>
        all with
        {
            Entries = new ValueList<AccessEntry>(all.Entries.Where(entry => entry.Concerns(tunnel))),
        };

    /// <summary>Adds a fault for each name under <c>to</c> that no tunnel has.</summary>
    /// <param name="tunnels">Empty: there is no list of tunnels.</param>
    public static void RejectUnknownTunnels(SectionReader section, IReadOnlyList<string> tunnels)
    {
        foreach (var entry in section.Sections(List, HowToWrite) ?? [])
        {
            if (PartOf(entry) is not (var _, { } part))
            {
                continue;
            }

            foreach (var key in new[] { To, NotTo })
            {
                foreach (var name in part.Values(key, TextRules.TunnelName))
                {
                    if (!tunnels.Contains(name, StringComparer.OrdinalIgnoreCase))
                    {
                        part.Fault(
                            key,
                            $"names {YamlText.Quote(name)}, which is no tunnel of this file",
                            tunnels.Count == 0 ? "there is one tunnel, without a name: remove the key"
                                : ClosestName.Find(name, tunnels) is { } meant ? $"did you mean '{meant}'?"
                                : $"the tunnels are {string.Join(", ", tunnels)}"
                        );
                    }
                }
            }
        }
    }

    private static AccessEntry? ReadEntry(SectionReader entry)
    {
        var isAudit = entry.Optional("mode", TextRules.OneOf<AccessMode>(), AccessMode.Enforce) == AccessMode.Audit;
        entry.Know(Allow);
        entry.Know(Deny);
        var denies = entry.Has(Deny);
        if (denies == entry.Has(Allow))
        {
            entry.Fault(denies ? "both allows and denies" : "says neither allow nor deny", HowToWrite);
            return null;
        }

        var (key, part) = PartOf(entry);
        if (part is null)
        {
            return new AccessEntry(entry.Path, denies, isAudit, []);
        }

        var conditions = _keys.SelectMany(one => Conditions(part, one)).ToList();
        var (to, notTo) = (part.Values(To, TextRules.TunnelName), part.Values(NotTo, TextRules.TunnelName));
        if (conditions.Count + to.Count + notTo.Count == 0)
        {
            entry.Fault(
                key,
                "says nobody",
                $"write '{key}: everybody', or at least one of the keys "
                    + string.Join(", ", _keys.Select(one => one.Word()))
            );
        }

        return new AccessEntry(entry.Path, denies, isAudit, new ValueList<AccessCondition>(conditions))
        {
            To = to,
            NotTo = notTo,
        };
    }

    /// <returns>No part: it is about everybody.</returns>
    private static (string Key, SectionReader? Part) PartOf(SectionReader entry)
    {
        var key = entry.Has(Deny) ? Deny : Allow;
        return (key, entry.IsText(key, Everybody) ? null : entry.Section(key));
    }

    private static IEnumerable<AccessCondition> Conditions(SectionReader part, AccessKey key)
    {
        foreach (var isNot in new[] { false, true })
        {
            var condition = new AccessCondition(key, isNot, []);
            if (part.Values(condition.Name, AccessValues.RuleOf(key)) is { Count: > 0 } values)
            {
                yield return condition with
                {
                    Values = values,
                };
            }
        }
    }

    private enum AccessMode
    {
        Enforce,
        Audit,
    }
}
