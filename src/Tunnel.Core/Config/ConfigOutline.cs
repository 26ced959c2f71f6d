using System.Text;
using System.Text.RegularExpressions;

namespace Tunnel.Config;

/// <summary>
/// A configuration as others may see it, also one with faults: the keys that the program knows with what is written
/// there, environment variables unexpanded, and without comments. What could be a secret in the wrong place is left
/// out: values of unknown keys, pasted keys, the user in a URL, and what stands where the name of a file or variable
/// that exists should.
/// </summary>
public sealed partial class ConfigOutline
{
    private const string Hidden = "<not shown>";
    private const int MostValueLetters = 500;

    private readonly StringBuilder _text = new();
    private readonly List<(string Key, string Value)> _values = [];
    private readonly List<string> _hiddenValues = [];
    private readonly HashSet<string> _known;

    private ConfigOutline(IEnumerable<string> known) => _known = [.. known];

    /// <summary>The outline in YAML.</summary>
    public string Text => _text.ToString();

    /// <summary>The known keys that have a value, by the last part of their path; variables are expanded.</summary>
    public IReadOnlyList<(string Key, string Value)> Values => _values;

    /// <summary>What stands in known keys and is not shown; messages may repeat it.</summary>
    public IReadOnlyList<string> HiddenValues => _hiddenValues;

    /// <summary>Never throws because of what the file holds.</summary>
    public static ConfigOutline Of(ConfigSource source)
    {
        var findings = new Findings(source.File);
        try
        {
            var text = ConfigText.Check(ConfigText.Read(source.File, source.Role, findings), findings);
            if (YamlTree.Read(text, findings) is MappingNode written)
            {
                var expanded = (MappingNode)new EnvironmentValues(new Findings(source.File)).Expand(written);
                var outline = new ConfigOutline(KnownPaths(written, source));
                outline.Collect(expanded, "");
                outline.Write(written, "", 0);
                outline.WriteOverrides(source.Overrides);
                return outline;
            }
        }
        catch (ConfigException e)
        {
            // Its words may show what stands at a place that cannot be read.
            var unread = new ConfigOutline([]);
            e.Faults.ToList().ForEach(fault => unread._text.Append(Place(fault)).Append(": cannot be read\n"));
            return unread;
        }

        var other = new ConfigOutline([]);
        other._text.Append("the file holds no sections\n");
        return other;
    }

    private static string Place(ConfigFault fault) => ConfigFault.Place(fault.File, fault.Line, fault.Column);

    private static IEnumerable<string> KnownPaths(MappingNode root, ConfigSource source)
    {
        var reader = new SectionReader(root, new Findings(source.File));
        var isList = root.Entries.ContainsKey(ProcessSchema.List);
        ProcessSchema.Read(reader, isList ? null : source.Role ?? ProcessSchema.RoleOf(root.Entries.ContainsKey));
        return reader.KnownPaths;
    }

    private void Collect(YamlNode node, string path)
    {
        switch (node)
        {
            case MappingNode section:
                section.Entries.ToList().ForEach(one => Collect(one.Value.Value, KeyPath.Join(path, one.Key)));
                break;
            case SequenceNode list:
                for (var index = 0; index < list.Items.Count; index++)
                {
                    Collect(list.Items[index], KeyPath.Item(path, index));
                }

                break;
            case ScalarNode { IsBlank: false } scalar when _known.Contains(path):
                _values.Add((path.Split('.')[^1], scalar.Value));
                _hiddenValues.AddRange(HiddenOf(path.Split('.')[^1], scalar.Value));
                break;
        }
    }

    private void Write(MappingNode section, string path, int depth)
    {
        foreach (var (key, entry) in section.Entries)
        {
            var keyPath = KeyPath.Join(path, key);
            var isKnown = _known.Contains(keyPath);
            // A key that nobody knows may be a value that lost its line.
            Line(depth, $"{(isKnown ? key : Hidden)}:");
            Value(entry.Value, keyPath, depth, isKnown);
        }
    }

    private void Value(YamlNode node, string path, int depth, bool isKnown)
    {
        switch (node)
        {
            case ScalarNode scalar:
                _text.Length--;
                _text.Append(' ').Append(isKnown ? Shown(path, scalar) : Hidden).Append('\n');
                break;
            case MappingNode section when isKnown:
                Write(section, path, depth + 1);
                break;
            case SequenceNode list when isKnown:
                for (var index = 0; index < list.Items.Count; index++)
                {
                    Line(depth + 1, "-");
                    // Entries of a list of sections are sections themselves; others are values of the list's key.
                    var item = list.Items[index];
                    Value(item, item is ScalarNode ? path : KeyPath.Item(path, index), depth + 1, isKnown: true);
                }

                break;
            default:
                Line(depth + 1, Hidden);
                break;
        }
    }

    private void WriteOverrides(IReadOnlyList<string> overrides)
    {
        foreach (var one in overrides)
        {
            Line(0, $"# --set {SafeText.Escape(one.Split('=')[0])}={Hidden}");
        }
    }

    private void Line(int depth, string text) => _text.Append(' ', depth * 2).Append(text).Append('\n');

    private static string Shown(string path, ScalarNode scalar) =>
        scalar.IsBlank ? ""
        : IsMisplaced(path.Split('.')[^1], scalar.Value) ? Hidden
        : $"\"{SafeText.Escape(QueryOfUrl().Replace(UserOfUrl().Replace(scalar.Value, "://…@"), "${before}?…"))}\"";

    /// <summary>Something else than what belongs here, so perhaps the secret itself.</summary>
    private static bool IsMisplaced(string key, string value) =>
        value.Length > MostValueLetters
        || value.Any(char.IsControl)
        || value.Contains("-----BEGIN", StringComparison.Ordinal)
        || (IsSecretVariable(key) && Environment.GetEnvironmentVariable(value) is null)
        || (IsSecretFile(key) && !value.Contains("${", StringComparison.Ordinal) && !File.Exists(value));

    /// <summary>What of a value is not shown, as it may stand elsewhere.</summary>
    private static IEnumerable<string> HiddenOf(string key, string value) =>
        IsMisplaced(key, value)
            ? [value]
            :
            [
                .. UserOfUrl().Matches(value).Select(match => match.Groups["user"].Value),
                .. QueryOfUrl().Matches(value).Select(match => match.Groups["query"].Value),
            ];

    /// <summary>Whether this key names a variable that holds a secret.</summary>
    public static bool IsSecretVariable(string key) => key.EndsWith("_env", StringComparison.Ordinal);

    /// <summary>Whether this key names a file whose content is a secret.</summary>
    public static bool IsSecretFile(string key) =>
        key is "client_key" or "server_key" or "ticket_keys"
        || (key.EndsWith("_file", StringComparison.Ordinal) && key != "log_file");

    [GeneratedRegex("://(?<user>[^/@]*)@")]
    private static partial Regex UserOfUrl();

    [GeneratedRegex(@"(?<before>://[^?]*)\?(?<query>.*)")]
    private static partial Regex QueryOfUrl();
}
