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
    private static readonly string[] _pair = ["| what is told | what to do |", "| --- | --- |"];

    private const string Introduction = """
        # Messages

        What the tunnel says, why, and what to do. This page is made from the source by
        `dotnet cake --target=Messages`, and a test fails when it is not up to date. `…` stands for a value, a name in
        braces for a field of the log.

        """;

    private static readonly MessageTexts _texts = new();

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
        document.News();
        document.Faults();
        document.Warnings();
        document.Troubles();
        document.Harmless();
        document.Doctor();
        document.Mistakes();
        document.Answers();
        document.Output();
        return document._text.ToString();
    }

    /// <summary>All files of the program.</summary>
    public static IEnumerable<(string Name, string Text)> Source() => _texts.Files;

    private void List(string title, string words, IReadOnlyList<Advice> list)
    {
        Begin(title, words, "| | what has happened | what to do |", "| --- | --- | --- |");
        foreach (var advice in list)
        {
            Row($"`{advice.Word}`", Sentence(advice.Cause), advice.Remedy);
        }
    }

    private void News()
    {
        Begin(
            "Lines of the log that say what happens",
            "At level info: nothing to do. `…` stands for fields that not all sessions have.",
            "| | what it means |",
            "| --- | --- |"
        );
        foreach (var (line, meaning) in LogNews.All)
        {
            Row($"`{line}`", meaning);
        }
    }

    private void Faults()
    {
        Begin(
            "Faults of the configuration",
            "Each is told as `file:line:column: KEY what is wrong; what to do`, all at once, by `tunnel check`, the "
                + "start and a reload; the exit code is 2. A value of the wrong form is told as "
                + "`KEY is 'value'; write …`.",
            _pair
        );
        Rows(
            from call in _texts.Find(FaultCall())
            where call.File.Contains("/Config/") && call.Words.Count >= 2
            select (call.Words[^2], call.Words[^1])
        );
    }

    private void Warnings()
    {
        Begin(
            "Warnings about the configuration",
            "Allowed, but dangerous: told at every start and by `tunnel check`, behind the place and the key.",
            _pair
        );
        Rows(_texts.Find(SchemaWarning()).Select(call => (call.Words[1], call.Words[2])));
    }

    /// <summary>Each message that is made of a cause and a remedy, wherever in the source.</summary>
    private void Troubles()
    {
        foreach (var group in MessageGroup.All)
        {
            Begin(group.Title, group.Words, _pair);
            Rows(
                _texts
                    .Find(TroubleCall())
                    .Where(call => MessageGroup.Of(call.File) == group)
                    .Select(call => (call.Words[0], call.Words[1]))
                    .Concat(MessageHelper.All.Where(_ => group == MessageGroup.Of("/Opening/")).SelectMany(Through))
                    .OrderBy(row => row.Item1, StringComparer.Ordinal)
            );
        }
    }

    /// <summary>Causes that one place gives the same remedy.</summary>
    private static IEnumerable<(string, string)> Through(MessageHelper helper)
    {
        var remedy = _texts
            .Find(TroubleCall())
            .Single(call => call.File.EndsWith(helper.Maker, StringComparison.Ordinal) && call.Codes[0] == helper.Cause)
            .Words[1];
        return from call in _texts.Find(helper.Call)
            where call.File.Contains(helper.Folder)
            select (call.Words[helper.Argument], remedy);
    }

    private void Harmless()
    {
        Begin(
            "Handshakes that end without harm",
            "Also words of `detail`; nobody need do anything.",
            "| what is told |",
            "| --- |"
        );
        foreach (var words in _texts.Find(HarmlessCall()).Select(call => call.Words[^1]).Where(IsTold).Distinct())
        {
            Row(words);
        }
    }

    private void Doctor()
    {
        Begin(
            "What doctor, ping and check --connect find",
            "The verdict, behind the code that `--json` has, and what it says to do. `docs/doctor.md` has examples.",
            "| | what is wrong | what to do |",
            "| --- | --- | --- |"
        );
        foreach (var call in _texts.Find(DiagnosisCall()).Where(call => call.Words.Count == 4))
        {
            Row($"`{call.Words[1]}`", call.Words[2], call.Words[3]);
        }

        Begin(
            "What doctor says to do about what the other side has said",
            "By the code, or by the word in which we refuse the server's certificate (`server_…`).",
            "| | what to do |",
            "| --- | --- |"
        );
        Rows(
            _texts
                .Find(RemedyArm())
                .Where(call => call.File.EndsWith("Certificate.cs", StringComparison.Ordinal))
                .Select(call => ($"`{Codes(call.Head)}`", call.Words[0]))
                .Concat(
                    _texts
                        .Find(RemedyPair())
                        .Where(call => call.File.EndsWith("VisitDiagnosis.cs", StringComparison.Ordinal))
                        .Select(call => ($"`{call.Words[0]}`", call.Words[1]))
                )
                .Where(row => row.Item2.Contains(' '))
        );
    }

    /// <summary>From the pattern of an arm to the words that <c>--json</c> has.</summary>
    private static string Codes(string arm) =>
        string.Join(
            "`, `",
            CodeWord()
                .Matches(arm)
                .Select(word =>
                    word.Groups["code"] is { Success: true, Value: var code }
                        ? code
                        : $"server_{Enum.Parse<RefusalCode>(word.Groups["word"].Value).Word()}"
                )
        );

    private void Mistakes()
    {
        Begin(
            "Values of options that cannot be used",
            "Told before anything is done; the exit code is 2, and a line says which `--help` has more.",
            "| what is told |",
            "| --- |"
        );
        foreach (var words in _texts.Find(OptionCall()).Select(call => call.Words[0]).Where(IsTold).Distinct())
        {
            Row(words);
        }
    }

    private void Answers()
    {
        Begin(
            "What the HTTP server answers instead of what was asked",
            "At `monitor.http`, with a status of 400 and more.",
            "| status | what is told |",
            "| --- | --- |"
        );
        foreach (var call in _texts.Find(HttpCall()).Where(call => call.Words.Count > 1))
        {
            var at = call
                .Codes.ToList()
                .FindIndex(code => code.StartsWith("StatusCodes.Status", StringComparison.Ordinal));
            if (at >= 0 && call.Words.Count > at + 1 && IsTold(call.Words[at + 1]))
            {
                Row(Digits().Match(call.Codes[at]).Value, call.Words[at + 1]);
            }
        }
    }

    private void Output()
    {
        Begin(
            "What commands print",
            "Results and good news, by the file of the source that prints them; what is wrong stands above.",
            "| | what is told |",
            "| --- | --- |"
        );
        var told =
            from call in _texts.Find(WriteCall())
            where call.File.StartsWith("Tunnel.Cli/", StringComparison.Ordinal)
            from words in call.Words.Take(1)
            where IsTold(words)
            select ($"`{System.IO.Path.GetFileNameWithoutExtension(call.File)}`", words.Trim());
        Rows(told.Concat(_texts.Find(AnswerCall()).Select(call => ("`StatusAnswers`", call.Words[1]))));
    }

    private void Rows(IEnumerable<(string, string)> rows)
    {
        foreach (var (left, right) in rows.Where(row => IsTold(row.Item1) || IsTold(row.Item2)).Distinct())
        {
            Row(left, right);
        }
    }

    private static bool IsTold(string words) => words.Any(char.IsLetter);

    private void Begin(string title, string words, params string[] head) =>
        _text.Append($"\n## {title}\n\n{words}\n\n{string.Join('\n', head)}\n");

    private void Row(params string[] cells) =>
        _text.Append($"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|")))} |\n");

    private static string Sentence(string text) => text.EndsWith('.') || text.Length == 0 ? text : $"{text}.";

    [GeneratedRegex(@"(?<!void )\b(Fault|Fatal|FaultIfPresent)\(")]
    private static partial Regex FaultCall();

    [GeneratedRegex(@"\b(section|tls|listener|holder)\.Warn\(")]
    private static partial Regex SchemaWarning();

    [GeneratedRegex(@"\bTrouble\s*\.Of\(")]
    private static partial Regex TroubleCall();

    [GeneratedRegex(@"\bHarmless\((?=\s*HandshakeFaultKind\.)")]
    private static partial Regex HarmlessCall();

    [GeneratedRegex(@"\bnew( Diagnosis)?\((?=\s*Rung\.)")]
    private static partial Regex DiagnosisCall();

    [GeneratedRegex(@"(""[a-z_]+""|RefusalCode\.\w+( or RefusalCode\.\w+)*) =>")]
    private static partial Regex RemedyArm();

    [GeneratedRegex(@"""(?<code>[a-z_]+)""|RefusalCode\.(?<word>\w+)")]
    private static partial Regex CodeWord();

    [GeneratedRegex(@"\((?=\s*""[a-z_]+"",)")]
    private static partial Regex RemedyPair();

    [GeneratedRegex(@"\.AddError\(")]
    private static partial Regex OptionCall();

    [GeneratedRegex(@"(\bSayAsync|[?:=>]|return)\s*\((?=[^()]*\bStatusCodes\.Status[45])")]
    private static partial Regex HttpCall();

    [GeneratedRegex(@"\b([oO]utput|error|words)\s*\.Write(Line)?(Async)?\(")]
    private static partial Regex WriteCall();

    [GeneratedRegex(@"\bAnswer\((?=true|false)")]
    private static partial Regex AnswerCall();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
