using System.Text.RegularExpressions;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// The messages in the source, found by the calls that make them; constants are read where they stand.
/// </summary>
internal sealed partial class MessageTexts
{
    private static readonly string _folder = Path.Combine(Repository.Root, "src");

    private readonly IReadOnlyList<(string Name, string Text)> _files =
    [
        .. from path in Directory.GetFiles(_folder, "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(_folder, path)
        where !name.Contains("/obj/") && !name.Contains("/bin/")
        orderby name
        select (name, File.ReadAllText(path)),
    ];

    /// <summary>All files of the program.</summary>
    public IReadOnlyList<(string Name, string Text)> Files => _files;

    /// <summary>Each call, with the words of its arguments.</summary>
    /// <param name="call">Up to the parenthesis that opens.</param>
    public IEnumerable<MessageCall> Find(Regex call) =>
        from file in _files
        from found in CallText.Find(file.Text, call)
        select new MessageCall(
            file.Name,
            found.Head,
            [.. found.Arguments.Select(argument => Words(argument, file.Text))],
            [.. found.Arguments.Select(argument => argument.Code.Trim())]
        );

    /// <summary>
    /// Its literals and constants, those of a choice beside each other; only <see cref="CallText.Hole"/> where it has
    /// neither.
    /// </summary>
    private string Words(CallText.Argument argument, string file)
    {
        var sum = Plus().Split(argument.Code.Trim());
        if (sum.Any(part => Name().IsMatch(part)) && sum.All(part => Name().IsMatch(part) || Literal().IsMatch(part)))
        {
            return string.Concat(sum.Select(part => Name().IsMatch(part) ? Constant(part, file) : Texts(part)));
        }

        if (Elsewhere().IsMatch(argument.Code.Trim()))
        {
            return $"{CallText.Hole}";
        }

        var texts = argument.Texts.Where(text => text.Any(char.IsLetter)).ToList();
        return texts.Count > 0 ? Spaces().Replace(string.Join(" / ", texts), " ") : $"{CallText.Hole}";
    }

    private string Constant(string name, string file)
    {
        var declaration = new Regex($@"\bconst string {Regex.Escape(name.Split('.')[^1])}\s*=\s*");
        var found = _files
            .Select(one => one.Text)
            .Prepend(file)
            .Select(text => (Text: text, Match: declaration.Match(text)))
            .FirstOrDefault(one => one.Match.Success);
        return found.Text is null
            ? $"{CallText.Hole}"
            : Texts(found.Text[(found.Match.Index + found.Match.Length)..].Split(";\n")[0]);
    }

    private static string Texts(string code) =>
        string.Concat(CallText.Find($"({code})", Opening()).First().Arguments.SelectMany(argument => argument.Texts));

    [GeneratedRegex(@"\A[A-Za-z_][\w.]*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A\$?""[^""]*""\z")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\s*\+\s*(?=[$""A-Za-z_])")]
    private static partial Regex Plus();

    // What another type makes of its arguments.
    [GeneratedRegex(@"\A[A-Z]\w*\.\w+\(")]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\A\(")]
    private static partial Regex Opening();
}

/// <summary>A call that makes a message.</summary>
/// <param name="File">Its path below <c>src</c>.</param>
/// <param name="Head">What stands before its arguments.</param>
/// <param name="Words">Of each argument.</param>
/// <param name="Codes">The same as it is written.</param>
internal sealed record MessageCall(string File, string Head, IReadOnlyList<string> Words, IReadOnlyList<string> Codes);
