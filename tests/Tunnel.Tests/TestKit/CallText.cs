using System.Text;
using System.Text.RegularExpressions;

namespace Tunnel.Tests.TestKit;

/// <summary>The arguments of a call in the source, and the words that stand in them.</summary>
internal sealed partial class CallText
{
    /// <summary>Stands for what an interpolation computes.</summary>
    public const char Hole = '…';

    private readonly string _text;
    private int _at;

    private CallText(string text, int at) => (_text, _at) = (text, at);

    /// <summary>What stands before the arguments.</summary>
    public string Head { get; private init; } = "";

    /// <summary>Each of them as it is written, and its texts: literals that are added up are one.</summary>
    public IReadOnlyList<Argument> Arguments { get; private set; } = [];

    /// <param name="call">Up to the parenthesis that opens.</param>
    public static IEnumerable<CallText> Find(string source, Regex call)
    {
        foreach (Match match in call.Matches(source))
        {
            var found = new CallText(source, match.Index + match.Length) { Head = match.Value };
            found.Arguments = [.. found.ReadArguments()];
            yield return found;
        }
    }

    private IEnumerable<Argument> ReadArguments()
    {
        var (depth, start) = (0, _at);
        var texts = new List<StringBuilder>();
        var isAdded = false;
        while (_at < _text.Length)
        {
            if (Comment().Match(_text, _at) is { Success: true } comment)
            {
                _at += comment.Length;
            }
            else if (Opening().Match(_text, _at) is { Success: true } opening)
            {
                _at += opening.Length;
                var words = ReadString(opening);
                if (isAdded && texts.Count > 0)
                {
                    texts[^1].Append(words);
                }
                else
                {
                    texts.Add(new StringBuilder(words));
                }

                isAdded = false;
            }
            else
            {
                var letter = _text[_at++];
                isAdded = letter == '+' || (isAdded && char.IsWhiteSpace(letter));
                depth +=
                    letter is '(' or '[' or '{' ? 1
                    : letter is ')' or ']' or '}' ? -1
                    : 0;
                if (depth < 0 || (depth == 0 && letter == ','))
                {
                    yield return new Argument(_text[start..(_at - 1)], [.. texts.Select(text => $"{text}")]);
                    (start, texts) = (_at, []);
                    if (depth < 0)
                    {
                        yield break;
                    }
                }
            }
        }
    }

    private string ReadString(Match opening)
    {
        var quote = opening.Groups["quote"].Value;
        var (isRaw, isVerbatim) = (quote.Length > 1, opening.Value.Contains('@'));
        var isInterpolated = opening.Value.Contains('$');
        var words = new StringBuilder();
        while (string.CompareOrdinal(_text, _at, quote, 0, quote.Length) != 0)
        {
            if (_text[_at] == '\\' && !isRaw && !isVerbatim)
            {
                words.Append(_text[_at + 1] == 'n' ? '\n' : _text[_at + 1]);
                _at += 2;
            }
            else if (isInterpolated && _text[_at] == '{' && _text[_at + 1] != '{')
            {
                words.Append(Hole);
                PassHole();
            }
            else
            {
                _at += isInterpolated && _text[_at] is '{' or '}' ? 1 : 0;
                words.Append(_text[_at++]);
            }
        }

        _at += quote.Length;
        return words.ToString();
    }

    private void PassHole()
    {
        var depth = 0;
        do
        {
            if (Opening().Match(_text, _at) is { Success: true } opening)
            {
                _at += opening.Length;
                ReadString(opening);
                continue;
            }

            depth += _text[_at] switch
            {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            _at++;
        } while (depth > 0);
    }

    /// <param name="Code">As it is written.</param>
    /// <param name="Texts">Its literals; more than one where it is a choice.</param>
    internal sealed record Argument(string Code, IReadOnlyList<string> Texts);

    [GeneratedRegex(@"\G(//[^\n]*|/\*[\s\S]*?\*/|'(\\.[^']*|[^'\\])')")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\G[$@]*(?<quote>""{3,}|"")")]
    private static partial Regex Opening();
}
