using System.Text.RegularExpressions;

namespace Tunnel.Config;

/// <summary>
/// Puts environment variables into values: <c>${NAME}</c>, <c>${NAME:-default}</c>; <c>$${</c> stands for <c>${</c>.
/// They go into values that have been parsed already, so nothing in a variable can become a key or a section.
/// </summary>
internal sealed partial class EnvironmentValues(Findings findings)
{
    /// <summary>The same tree with every value expanded. Messages show a value as it is written.</summary>
    public YamlNode Expand(YamlNode node) =>
        node switch
        {
            ScalarNode scalar when scalar.Value.Contains("${", StringComparison.Ordinal) => Expand(scalar),
            SequenceNode list => list with { Items = [.. list.Items.Select(Expand)] },
            MappingNode section => section with
            {
                Entries = section.Entries.ToDictionary(
                    entry => entry.Key,
                    entry => entry.Value with { Value = Expand(entry.Value.Value) }
                ),
            },
            _ => node,
        };

    private ScalarNode Expand(ScalarNode scalar) =>
        scalar with
        {
            Value = Reference().Replace(scalar.Value, match => ValueOf(match, scalar.At)),
            Written = scalar.Value,
        };

    private string ValueOf(Match match, Position at)
    {
        if (match.Groups["escaped"].Success)
        {
            return "${";
        }

        var name = match.Groups["name"].Value;
        if (name.Length == 0)
        {
            findings.Fault(
                at,
                "",
                "'${' does not begin the name of an environment variable",
                "write ${NAME} or ${NAME:-default}, and $${ where the characters ${ are meant"
            );
            return "";
        }

        // As in a shell: a default also stands in for a variable that is empty.
        var value = Environment.GetEnvironmentVariable(name);
        if (match.Groups["default"] is { Success: true, Value: var standIn })
        {
            return string.IsNullOrEmpty(value) ? standIn : value;
        }

        if (value is null)
        {
            findings.Fault(
                at,
                "",
                $"the environment variable {YamlText.Escape(name)} is not set",
                $"set it, or write ${{{YamlText.Escape(name)}:-default}}"
            );
        }

        return value ?? "";
    }

    [GeneratedRegex(@"(?<escaped>\$\$\{)|\$\{((?<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?<default>[^}]*))?\})?")]
    private static partial Regex Reference();
}
