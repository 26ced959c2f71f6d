using System.Text;
using System.Text.RegularExpressions;
using Tunnel.Cli;
using Tunnel.Opening;
using Tunnel.Relay;
using Tunnel.Text;
using Tunnel.Tls;

namespace Tunnel.Tests.TestKit;

/// <summary><c>docs/messages.md</c>, made from the lists in the source and from the messages in its code.</summary>
internal sealed partial class MessagesDocument
{
    private const string Introduction = """
        # Messages

        What the tunnel says, why, and what to do. This page is made from the source by
        `dotnet cake --target=Messages`, and a test fails when it is not up to date. `…` stands for a value, a name in
        braces for a field of the log.

        """;

    private static readonly string _source = System.IO.Path.Combine(Repository.Root, "src");

    private readonly StringBuilder _text = new(Introduction);

    public static string Path { get; } = System.IO.Path.Combine(Repository.Root, "docs", "messages.md");

    public static string Make()
    {
        var document = new MessagesDocument();
        document.List(
            "Why a session or an attempt ended: `reason`",
            "One of these words is in the last line of each session, and in each failed attempt.",
            CloseReasonAdvice.All
        );
        document.List(
            "Why a certificate was refused: `refusal`",
            "In the line about the certificate, and in what a tunnel client hears from the server.",
            RefusalAdvice.All
        );
        document.List(
            "What a server says to a client",
            "The codes of the greeting (`x-tunnel/1`); the client's log has them in words.",
            GreetingAdvice.All
        );
        document.List("Exit codes", "The same for every command.", ExitCodeAdvice.All);
        document.List("Lines of the log that ask for attention", "At level warn or error.", LogAdvice.All);
        document.Faults();
        document.Warnings();
        document.Ends();
        return document._text.ToString();
    }

    /// <summary>All files of the program.</summary>
    public static IEnumerable<(string Name, string Text)> Source() =>
        from path in Directory.GetFiles(_source, "*.cs", SearchOption.AllDirectories)
        let name = System.IO.Path.GetRelativePath(_source, path)
        where !name.Contains("/obj/") && !name.Contains("/bin/")
        orderby name
        select (name, File.ReadAllText(path));

    private void List(string title, string words, IReadOnlyList<Advice> list)
    {
        Begin(title, words, "| | what has happened | what to do |", "| --- | --- | --- |");
        foreach (var advice in list)
        {
            Row($"`{advice.Word}`", Sentence(advice.Cause), advice.Remedy);
        }
    }

    private void Faults()
    {
        Begin(
            "Faults of the configuration",
            "Each is told as `file:line:column: KEY what is wrong; what to do`, all at once, by `tunnel check`, the "
                + "start and a reload; the exit code is 2. A value of the wrong form is told as "
                + "`KEY is 'value'; write …`.",
            "| what is wrong | what to do |",
            "| --- | --- |"
        );
        foreach (var (found, remedy) in Texts(FaultCall(), ["Config"]).Distinct())
        {
            Row(found, remedy);
        }
    }

    private void Warnings()
    {
        Begin(
            "Warnings about the configuration",
            "Allowed, but dangerous: told at every start and by `tunnel check`, behind the place and the key.",
            "| what is told |",
            "| --- |"
        );
        foreach (var text in Source().SelectMany(file => CallText.Find(file.Text, SchemaWarning())))
        {
            Row(text.Arguments[1].Texts is [] ? $"{CallText.Hole}" : string.Concat(text.Arguments[1].Texts));
        }
    }

    private void Ends()
    {
        Begin(
            "Messages that end a command, or refuse a reload",
            "About files, addresses and sockets; each names the one it is about and says what to do.",
            "| what is told |",
            "| --- |"
        );
        var told =
            from file in Source()
            from call in CallText.Find(file.Text, ExplainedCall())
            from text in call.Arguments is [var first, ..] ? first.Texts : []
            where text.Contains(' ') && text.Any(char.IsLetter)
            select text.Replace("\n", " ");
        foreach (var text in told.Distinct().Order(StringComparer.Ordinal))
        {
            Row(text);
        }
    }

    /// <summary>The last two arguments: what was found, and the remedy.</summary>
    private static IEnumerable<(string, string)> Texts(Regex call, string[] folders) =>
        from file in Source()
        where folders.Any(folder => file.Name.Contains($"/{folder}/"))
        from found in CallText.Find(file.Text, call)
        where found.Arguments.Count >= 2
        let texts = found.Arguments.TakeLast(2).Select(argument => string.Join(" / ", argument.Texts)).ToList()
        where texts[0].Length > 0 && texts[1].Length > 0
        select (texts[0], texts[1]);

    private void Begin(string title, string words, params string[] head) =>
        _text.Append($"\n## {title}\n\n{words}\n\n{string.Join('\n', head)}\n");

    private void Row(params string[] cells) =>
        _text.Append($"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|")))} |\n");

    private static string Sentence(string text) => text.EndsWith('.') || text.Length == 0 ? text : $"{text}.";

    [GeneratedRegex(@"(?<!void )\b(Fault|Fatal|FaultIfPresent)\(")]
    private static partial Regex FaultCall();

    [GeneratedRegex(@"\b(section|tls|listener|holder)\.Warn\(")]
    private static partial Regex SchemaWarning();

    [GeneratedRegex(@"new (TlsSetup|TunnelStart|CertsInit|Status|LogFile|Refused|NoSuchTunnel|Bundle)Exception\(")]
    private static partial Regex ExplainedCall();
}
