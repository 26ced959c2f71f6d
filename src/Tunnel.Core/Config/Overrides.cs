namespace Tunnel.Config;

/// <summary>
/// Puts values of the command line in the place of those in the file: <c>timeouts.idle=30</c>, and for one of several
/// tunnels <c>tunnels.NAME.timeouts.idle=30</c>.
/// </summary>
internal sealed class Overrides(Findings findings)
{
    private const string Tunnels = "tunnels";

    public MappingNode Apply(MappingNode root, IEnumerable<string> assignments) =>
        assignments.Aggregate(root, (tree, assignment) => Apply(tree, assignment));

    private MappingNode Apply(MappingNode root, string assignment)
    {
        var at = new Position(0, 0) { Option = $"--set {YamlText.Escape(assignment.Split('=')[0])}" };
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        var keys = equals > 0 ? assignment[..equals].Split('.') : [];
        if (keys.Length == 0 || keys.Any(key => key.Length == 0))
        {
            findings.Fault(at, "", "this is not an assignment", "write --set KEY=VALUE, such as timeouts.idle=30");
            return root;
        }

        var value = ValueOf(assignment[(equals + 1)..], at);
        return keys is [Tunnels, var name, .. var rest] && rest.Length > 0
            ? ApplyToTunnel(root, name, rest, value, at)
            : Replace(root, keys, value, at);
    }

    /// <summary>Only lists need YAML's notation; any other text is a value.</summary>
    private static YamlNode ValueOf(string text, Position at) =>
        text.StartsWith('[') && text.EndsWith(']') && YamlTree.Read(text, new Findings(at.Option!)) is SequenceNode list
            ? Placed(list, at)
            : new ScalarNode(at, text, Quoted: false);

    /// <summary>All of it stands on the command line.</summary>
    private static YamlNode Placed(YamlNode node, Position at) =>
        node switch
        {
            SequenceNode list => new SequenceNode(at, [.. list.Items.Select(item => Placed(item, at))]),
            MappingNode section => new MappingNode(
                at,
                section.Entries.ToDictionary(
                    entry => entry.Key,
                    entry => new YamlEntry(at, Placed(entry.Value.Value, at))
                )
            ),
            _ => node with { At = at },
        };

    private MappingNode ApplyToTunnel(MappingNode root, string name, string[] keys, YamlNode value, Position at)
    {
        var list = root.Entries.GetValueOrDefault(Tunnels)?.Value as SequenceNode;
        var index = list?.Items.Select(item => (item as MappingNode)?.NameOf()).ToList().IndexOf(name) ?? -1;
        if (index < 0)
        {
            findings.Fault(
                at,
                "",
                $"there is no tunnel {YamlText.Quote(name)} in the file",
                "write the name of one of its tunnels"
            );
            return root;
        }

        var items = list!.Items.ToArray();
        items[index] = Replace((MappingNode)items[index], keys, value, at);
        return With(root, Tunnels, list with { Items = items }, list.At);
    }

    private static MappingNode Replace(MappingNode section, ReadOnlySpan<string> keys, YamlNode value, Position at)
    {
        if (keys.Length == 1)
        {
            return With(section, keys[0], value, at);
        }

        var below =
            section.Entries.GetValueOrDefault(keys[0])?.Value as MappingNode
            ?? new MappingNode(at, new Dictionary<string, YamlEntry>());
        return With(section, keys[0], Replace(below, keys[1..], value, at), at);
    }

    private static MappingNode With(MappingNode section, string key, YamlNode value, Position at)
    {
        var keyAt = section.Entries.GetValueOrDefault(key)?.KeyAt ?? at;
        var isSection = value is MappingNode or SequenceNode { At.Option: null };
        return section with
        {
            Entries = new Dictionary<string, YamlEntry>(section.Entries)
            {
                [key] = new YamlEntry(isSection ? keyAt : at, value),
            },
        };
    }
}
