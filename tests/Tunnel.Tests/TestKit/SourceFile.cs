using System.Text.RegularExpressions;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// One file of the source, read as far as it takes to know which types it declares and which it mentions.
/// </summary>
/// <remarks>
/// A type is seen where its name stands: not through <c>var</c>, an extension method or a member that returns it. A
/// type inside another one is reached through that, and so counts as it.
/// </remarks>
internal sealed partial class SourceFile
{
    private readonly string[] _tokens;
    private readonly HashSet<string> _ownNames = [];
    private readonly HashSet<string> _members;

    /// <param name="name">Its path below <c>src</c>, without <c>.cs</c>.</param>
    public SourceFile(string name, string text)
    {
        Name = name;
        var code = CodeText.Of(text);
        Namespace = NamespaceOf().Match(code).Groups["name"].Value;
        Usings = [.. UsingOf().Matches(code).Select(match => match.Groups["name"].Value)];
        _tokens = [.. Token().Matches(code).Select(match => match.Value)];
        Types = [.. Declared()];
        _members = [.. Enumerable.Range(0, _tokens.Length).Where(NamesMember).Select(at => _tokens[at])];
    }

    public string Name { get; }

    public string Namespace { get; }

    /// <summary>The namespaces of its using directives.</summary>
    public IReadOnlyList<string> Usings { get; }

    /// <summary>Those that it declares and others may see, without their namespace.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>The files whose types this one mentions, each with those types.</summary>
    /// <param name="declaring">Which files declare a type of that name.</param>
    /// <param name="global">Namespaces that every file sees.</param>
    public ILookup<SourceFile, string> References(ILookup<string, SourceFile> declaring, IEnumerable<string> global)
    {
        HashSet<string> seen = [.. Usings, .. global, .. Enclosing(Namespace)];
        return (
            from at in Enumerable.Range(0, _tokens.Length)
            let type = _tokens[at]
            where declaring.Contains(type) && MayBeType(at)
            let qualifier = QualifierBefore(at)
            from file in declaring[type]
            where
                file != this
                && (
                    qualifier.Length > 0
                        ? $".{file.Namespace}".EndsWith($".{qualifier}", StringComparison.Ordinal)
                        : !_ownNames.Contains(type) && !_members.Contains(type) && seen.Contains(file.Namespace)
                )
            select (file, type)
        )
            .Distinct()
            .ToLookup(found => found.file, found => found.type);
    }

    /// <summary>The namespace and those around it, which a file sees without a directive.</summary>
    private static IEnumerable<string> Enclosing(string space)
    {
        for (var end = space.Length; end > 0; end = space.LastIndexOf('.', end - 1))
        {
            yield return space[..end];
        }
    }

    private IEnumerable<string> Declared()
    {
        var depth = 0;
        for (var at = 0; at < _tokens.Length - 1; at++)
        {
            depth += _tokens[at] switch
            {
                "{" => 1,
                "}" => -1,
                _ => 0,
            };
            if (
                _tokens[at] is not ("class" or "struct" or "interface" or "enum" or "record")
                || !IsName(_tokens[at + 1])
            )
            {
                continue;
            }

            _ownNames.Add(_tokens[at + 1]);
            if (depth == 0)
            {
                yield return _tokens[at + 1];
            }
        }
    }

    // What follows a type is the name of what is declared: "Deadline Deadline { get; }".
    // If its type has that name too, for instance as "Task<Deadline> Deadline", the name may mean the type elsewhere.
    private bool NamesMember(int at) =>
        IsName(_tokens[at]) && IsDeclaredName(at) && !_tokens.AsSpan(Math.Max(0, at - 6)..at).Contains(_tokens[at]);

    private bool IsDeclaredName(int at) =>
        Before(at, 1) is var before
        && After(at) != "."
        && (before is ">" or "?" or "[]" || IsIdentifier(before) && !_keywords.Contains(before));

    private bool MayBeType(int at) =>
        !IsDeclaredName(at)
        && After(at) != "="
        && (After(at) != "(" || Before(at, 1) is "new" or ":" or "[" || QualifierBefore(at).Length > 0)
        && Before(at, 1) != "?.";

    private string QualifierBefore(int at)
    {
        var start = at;
        while (Before(start, 1) == "." && IsIdentifier(Before(start, 2)))
        {
            start -= 2;
        }

        return Before(start, 1) == "." ? "?" : string.Concat(_tokens[start..at]).TrimEnd('.');
    }

    private string Before(int at, int steps) => at < steps ? "" : _tokens[at - steps];

    private string After(int at) => at + 1 < _tokens.Length ? _tokens[at + 1] : "";

    private static bool IsIdentifier(string token) => token.Length > 0 && (char.IsLetter(token[0]) || token[0] == '_');

    private static bool IsName(string token) => token.Length > 0 && char.IsUpper(token[0]);

    // After these a type may stand.
    private static readonly HashSet<string> _keywords =
    [
        .. "abstract and as async await case checked const else event explicit extern fixed goto implicit".Split(' '),
        .. "in internal is new not operator or out override params partial private protected public".Split(' '),
        .. "readonly ref required return scoped sealed stackalloc static switch this throw typeof unsafe".Split(' '),
        .. "using virtual volatile when where yield".Split(' '),
    ];

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceOf();

    [GeneratedRegex(@"^(global )?using\s+(static\s+|\w+\s*=\s*)?(?<name>Tunnel\b[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex UsingOf();

    [GeneratedRegex(@"[\p{L}_]\w*|=>|\?\.|\[\]|[^\s\w]")]
    private static partial Regex Token();
}
