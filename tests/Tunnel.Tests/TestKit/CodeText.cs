using System.Text;
using System.Text.RegularExpressions;

namespace Tunnel.Tests.TestKit;

/// <summary>C# without comments and without the letters of its strings. What an interpolation computes stays.</summary>
internal sealed partial class CodeText
{
    private readonly string _text;
    private readonly StringBuilder _code = new();
    private int _at;

    private CodeText(string text) => _text = text;

    public static string Of(string text)
    {
        var reader = new CodeText(text);
        reader.PassCode(isHole: false);
        return reader._code.ToString();
    }

    /// <param name="isHole">True inside a string: ends at the brace that closes the hole.</param>
    private void PassCode(bool isHole)
    {
        var depth = 0;
        while (_at < _text.Length)
        {
            if (NoCode().Match(_text, _at) is { Success: true } skipped)
            {
                _code.Append(' ');
                _at += skipped.Length;
                continue;
            }

            if (OpeningOfString().Match(_text, _at) is { Success: true } opening)
            {
                _at += opening.Length;
                PassString(opening);
                continue;
            }

            var letter = _text[_at];
            if (letter == '}' && depth == 0 && isHole)
            {
                return;
            }

            depth += letter switch
            {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            _code.Append(letter);
            _at++;
        }
    }

    private void PassString(Match opening)
    {
        var quote = opening.Groups["quote"].Value;
        var isRaw = quote.Length > 1;
        var isVerbatim = opening.Value.Contains('@');
        var dollars = opening.Value.Count(letter => letter == '$');
        _code.Append('"');
        while (_at < _text.Length)
        {
            if ((isVerbatim && Follows("\"\"")) || (!isVerbatim && !isRaw && Follows("\\")))
            {
                _at += 2;
            }
            else if (Follows(quote))
            {
                _at += quote.Length;
                break;
            }
            else if (dollars > 0 && Follows("{"))
            {
                PassBraces(isRaw ? dollars : null);
            }
            else
            {
                _at++;
            }
        }

        _code.Append('"');
    }

    /// <param name="rawBraces">How many open a hole of a raw string; in others one does, and two are a letter.</param>
    private void PassBraces(int? rawBraces)
    {
        var braces = _text.AsSpan(_at).IndexOfAnyExcept('{');
        _at += braces;
        if (rawBraces is { } needed ? braces < needed : braces % 2 == 0)
        {
            return;
        }

        _code.Append('(');
        PassCode(isHole: true);
        _code.Append(')');
        _at += rawBraces ?? 1;
    }

    private bool Follows(string letters) => string.CompareOrdinal(_text, _at, letters, 0, letters.Length) == 0;

    // Comments, and literals of one character.
    [GeneratedRegex(@"\G(//[^\n]*|/\*[\s\S]*?\*/|'(\\.[^']*|[^'\\])')")]
    private static partial Regex NoCode();

    [GeneratedRegex(@"\G[$@]*(?<quote>""{3,}|"")")]
    private static partial Regex OpeningOfString();
}
