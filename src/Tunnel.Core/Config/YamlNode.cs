namespace Tunnel.Config;

/// <summary>Line and column in the file, both from 1; the default stands for the whole file.</summary>
internal readonly record struct Position(int Line, int Column)
{
    /// <summary>The option of the command line that says it instead of the file.</summary>
    public string? Option { get; init; }

    /// <summary>The position of the character at <paramref name="index"/>.</summary>
    public static Position Of(ReadOnlySpan<char> text, int index)
    {
        var before = text[..index];
        return new(before.Count('\n') + 1, index - before.LastIndexOf('\n'));
    }
}

/// <summary>A value of the file with the place where it starts.</summary>
internal abstract record YamlNode(Position At);

/// <param name="Value">The text without its quotes.</param>
internal sealed record ScalarNode(Position At, string Value, bool Quoted) : YamlNode(At)
{
    /// <summary>
    /// The text as the file has it, if environment variables are part of the value: what they hold is not shown.
    /// </summary>
    public string? Written { get; init; }

    public bool IsBlank => string.IsNullOrWhiteSpace(Value) || (!Quoted && Value is "~" or "null" or "Null" or "NULL");
}

internal sealed record SequenceNode(Position At, IReadOnlyList<YamlNode> Items) : YamlNode(At);

internal sealed record MappingNode(Position At, IReadOnlyDictionary<string, YamlEntry> Entries) : YamlNode(At)
{
    /// <summary>The value of the key <c>name</c>; null without one.</summary>
    public string? NameOf() => (Entries.GetValueOrDefault("name")?.Value as ScalarNode)?.Value;
}

/// <summary>An alias: reported where it was read, and silently skipped afterwards.</summary>
internal sealed record AliasNode(Position At) : YamlNode(At);

/// <summary>A key of a mapping, where it stands, and its value.</summary>
internal sealed record YamlEntry(Position KeyAt, YamlNode Value)
{
    public bool IsBlank => Value is ScalarNode { IsBlank: true };

    /// <summary>Where to point: a blank value has no place of its own.</summary>
    public Position At => IsBlank ? KeyAt : Value.At;
}
