using static Tunnel.Config.NumberRules;
using static Tunnel.Config.SharedSections;
using static Tunnel.Config.TextRules;

namespace Tunnel.Config;

/// <summary>The keys that say whom a tunnel connects to: those of one target, or a list of targets.</summary>
internal static class ForwardRules
{
    private const string HowToWrite = "write '- host: ...' and 'port: ...' for each of them";

    private static readonly string[] _singleKeys = ["host", "port", "unix"];

    /// <param name="list">The key of the list.</param>
    /// <param name="listeners">Where the tunnel listens: it must not be among them.</param>
    /// <param name="listenerKey">Its section.</param>
    /// <param name="nameOf">Reads and checks the name of a target, its own or that of all; null: none has one.</param>
    public static ForwardSettings Read(
        SectionReader section,
        string list,
        IReadOnlyList<Address> listeners,
        string listenerKey,
        Func<SectionReader, string?>? nameOf = null
    )
    {
        var policy = section.Optional("policy", OneOf<TargetPolicy>(EnumWords.Word), TargetPolicy.Failover);
        var interval = section.Optional("health_check_interval", SecondsOrOff(1, Hour), null);
        var isList = section.IsGiven(list);
        section.Know(list);
        if (isList)
        {
            RejectBeside(section, list);
        }

        IReadOnlyList<SectionReader> readers = isList ? section.Items(list, HowToWrite) : [section];
        var targets = readers
            .Select(reader => new TargetSettings(AddressRules.Far(reader))
            {
                // Without a list there is one name for all.
                ServerName = isList ? nameOf?.Invoke(reader) : null,
            })
            .ToList();
        for (var index = 0; index < targets.Count; index++)
        {
            SelfLoop.Reject(readers[index], listeners, targets[index].Address, listenerKey);
            RejectTwin(readers[index], targets[index], targets.Take(index));
        }

        return new ForwardSettings(new ValueList<TargetSettings>(targets))
        {
            Policy = policy,
            HealthCheckInterval = interval,
        };
    }

    private static void RejectBeside(SectionReader section, string list)
    {
        foreach (var key in _singleKeys)
        {
            section.Know(key);
            if (section.IsGiven(key))
            {
                section.Fault(
                    key,
                    $"is given together with the list {section.PathOf(list)}",
                    "it is one or the other: write it into an entry of the list, or remove one of the two"
                );
            }
        }
    }

    private static void RejectTwin(SectionReader section, TargetSettings target, IEnumerable<TargetSettings> before)
    {
        if (before.Any(target.IsSameAs))
        {
            section.Fault(
                target.Address is UnixAddress ? "unix" : "host",
                $"makes this {YamlText.Quote(target.Address.ToString())}, which stands in the list already",
                "write each of them once"
            );
        }
    }
}
