using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tunnel.Config;

/// <summary>
/// Builds the tree of nodes from the parser's events. The library's own tree recurses without a limit, and a deeply
/// nested file would overflow its stack, which no handler can catch.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>The settings nest three deep.</summary>
    private const int MaxDepth = 16;

    private readonly string _text;
    private readonly Findings _findings;
    private readonly Parser _parser;

    private YamlTree(string text, Findings findings)
    {
        _text = text;
        _findings = findings;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The root of the only document, or null when there is none.</summary>
    /// <exception cref="ConfigException">The text is not YAML or nests too deep.</exception>
    public static YamlNode? Read(string text, Findings findings) => new YamlTree(text, findings).ReadStream();

    private YamlNode? ReadStream()
    {
        Next();
        if (Next() is StreamEnd)
        {
            return null;
        }

        var root = ReadNode(Next(), "", 1);
        Next();
        if (Next() is DocumentStart second)
        {
            _findings.Fault(
                At(second),
                "",
                "a second document starts here",
                "keep one document in the file, without '---'"
            );
        }

        return root;
    }

    private YamlNode ReadNode(ParsingEvent first, string path, int depth)
    {
        if (depth > MaxDepth)
        {
            throw _findings.Fatal(
                At(first),
                $"lists and sections are nested more than {MaxDepth} deep",
                "the settings need three levels; look for a bracket or an indentation that is not closed"
            );
        }

        RejectExtras(first, path);
        return first switch
        {
            Scalar scalar => new ScalarNode(At(scalar), scalar.Value, scalar.Style != ScalarStyle.Plain),
            SequenceStart => ReadSequence(At(first), path, depth),
            MappingStart => ReadMapping(At(first), path, depth),
            AnchorAlias => new AliasNode(At(first)),
            // For a few texts, such as a tab before ':', the library ends a mapping after a key.
            _ => throw SyntaxFault(At(first), "a key has no value", At(first).Line),
        };
    }

    private SequenceNode ReadSequence(Position at, string path, int depth)
    {
        var items = new List<YamlNode>();
        for (var next = Next(); next is not SequenceEnd; next = Next())
        {
            items.Add(ReadNode(next, $"{path}[{items.Count}]", depth + 1));
        }

        return new SequenceNode(at, items);
    }

    private MappingNode ReadMapping(Position at, string path, int depth)
    {
        var entries = new Dictionary<string, YamlEntry>();
        for (var next = Next(); next is not MappingEnd; next = Next())
        {
            var key = ReadNode(next, path, depth + 1);
            var name = (key as ScalarNode)?.Value;
            var keyPath = name is null ? path : KeyPath.Join(path, name);
            var entry = new YamlEntry(key.At, ReadNode(Next(), keyPath, depth + 1));
            if (name is null)
            {
                RefuseKey(key, path);
            }
            else if (!entries.TryAdd(name, entry))
            {
                _findings.Fault(
                    key.At,
                    keyPath,
                    $"key {YamlText.Quote(name)} is given twice{KeyPath.Under(path)}, first in line "
                        + $"{entries[name].KeyAt.Line}",
                    "keep one of the two"
                );
            }
        }

        return new MappingNode(at, entries);
    }

    private void RefuseKey(YamlNode key, string path)
    {
        if (key is not AliasNode)
        {
            _findings.Fault(
                key.At,
                path,
                $"{YamlText.Describe(key)} stands where a key is expected",
                "write 'key: value'"
            );
        }
    }

    /// <summary>
    /// With anchors and aliases a small file can stand for a huge one, and tags ask for types: neither is needed here.
    /// </summary>
    private void RejectExtras(ParsingEvent first, string path)
    {
        var (found, remedy) = first switch
        {
            AnchorAlias alias => ($"alias '*{YamlText.Escape(alias.Value.Value)}'", "write the value itself"),
            NodeEvent { Anchor.IsEmpty: false } node => (
                $"anchor '&{YamlText.Escape(node.Anchor.Value)}'",
                "leave it out"
            ),
            NodeEvent { Tag.IsEmpty: false } => ("a tag ('!...')", "write the value without it"),
            _ => ("", ""),
        };
        if (found.Length > 0)
        {
            _findings.Fault(At(first), path, $"{found} is not supported", remedy);
        }
    }

    private ParsingEvent Next()
    {
        try
        {
            return _parser.MoveNext()
                ? _parser.Current!
                : throw new InvalidOperationException("the document breaks off");
        }
        catch (YamlException error)
        {
            throw SyntaxFault(At(error.Start), error.Message, At(error.End).Line);
        }
        catch (Exception)
        {
            // For a few texts the library throws internal exceptions, such as ArgumentOutOfRange for an escape of a
            // code point that does not exist. All it does here is read text, so the text is at fault.
            var last = _parser.Current is { } current ? At(current) : new Position(1, 1);
            throw SyntaxFault(last, "what follows here cannot be read", last.Line);
        }
    }

    private ConfigException SyntaxFault(Position at, string message, int lastLine)
    {
        if (
            SyntaxHint.FindTab(_text) is { } tab
            && (tab.Line <= lastLine || message.Contains(" tab ", StringComparison.Ordinal))
        )
        {
            return _findings.Fatal(tab, "a tab in the indentation", "indent YAML with spaces only");
        }

        var said = SafeText.Escape(message.TrimEnd('.'), 200);
        return _findings.Fatal(at, $"not valid YAML: {said}", SyntaxHint.Remedy(message));
    }

    private Position At(ParsingEvent parsed) => At(parsed.Start);

    /// <summary>The library counts one line more where the last has no end.</summary>
    private Position At(Mark mark) =>
        mark.Index < _text.Length ? new((int)mark.Line, (int)mark.Column) : Position.Of(_text, _text.Length);
}
