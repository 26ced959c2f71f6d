using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.OpenSsl;
using Tunnel.Relay;
using Tunnel.Tests.TestKit;
using Tunnel.Text;
using Tunnel.Tls;

namespace Tunnel.Tests;

/// <summary>Every message has its cause and its remedy, and the documents have all of them.</summary>
public sealed partial class MessagesTests
{
    // What these write is in other lists: how sessions end, the warnings about the configuration, those of backends.
    private static readonly string[] _withoutTextOfTheirOwn =
    [
        "Tunnel.Cli/TunnelRun.cs",
        "Tunnel.Core/Sessions/SessionLog.cs",
        "Tunnel.Core/Tunnels/TunnelLog.cs",
    ];

    private static readonly (string Source, IReadOnlyList<Advice> Advice, string[] Words)[] _closedLists =
    [
        ("reason", CloseReasonAdvice.All, Words<CloseReason>()),
        ("refusal", RefusalAdvice.All, Words<RefusalCode>()),
        ("greeting", GreetingAdvice.All, Words<GreetingCode>()),
    ];

    [Test]
    public void The_page_is_up_to_date()
    {
        var page = MessagesDocument.Make();
        if (Environment.GetEnvironmentVariable("TUNNEL_WRITE_MESSAGES") is not null)
        {
            File.WriteAllText(MessagesDocument.Path, page);
        }

        Assert.That(
            File.ReadAllText(MessagesDocument.Path),
            Is.EqualTo(page),
            "docs/messages.md is made by 'dotnet cake --target=Messages'"
        );
    }

    [Test]
    public void Every_word_of_a_closed_list_is_explained_once()
    {
        foreach (var (source, advice, words) in _closedLists)
        {
            Assert.That(advice.Select(one => one.Word), Is.EqualTo(words), source);
        }
    }

    [Test]
    public void Every_reason_is_in_the_table_of_the_README()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var table = readme[readme.IndexOf("The reasons are a closed list", StringComparison.Ordinal)..];
        var words = ReasonRow()
            .Matches(table)
            .SelectMany(row => Word().Matches(row.Groups["words"].Value))
            .Select(word => word.Groups["word"].Value);

        Assert.That(words, Is.EquivalentTo(Words<CloseReason>()));
    }

    [Test]
    public void Who_writes_a_reason_takes_it_from_the_list()
    {
        var source = MessagesDocument
            .Source()
            .Where(file =>
                !file.Name.EndsWith("LogAdvice.cs")
                && !file.Name.EndsWith("LogNews.cs")
                && !file.Name.Contains("/Diagnostics/")
            )
            .ToList();
        var writers = source.Where(file => file.Text.Contains("reason={reason}")).ToList();

        Assert.That(writers, Has.Count.EqualTo(3), string.Join(' ', writers.Select(file => file.Name)));
        Assert.That(writers.Select(file => file.Text), Has.All.Contains("Reason.Word()"));
        var refusing = source.Where(file => file.Text.Contains("refusal={refusal}")).ToList();
        Assert.That(refusing, Has.Count.EqualTo(1));
        Assert.That(refusing[0].Text, Does.Contain("Code.Word()"));
    }

    [Test]
    public void Every_line_that_asks_for_attention_has_its_advice()
    {
        var source = MessagesDocument.Source().ToList();
        var calls = source.SelectMany(file => Calls(file.Text), (file, call) => (file.Name, Templates: call)).ToList();

        Assert.That(calls, Has.Count.GreaterThan(20), "what is looked for is found");
        Assert.That(
            calls.SelectMany(call => call.Templates).Distinct(),
            Is.EquivalentTo(LogAdvice.All.Select(advice => advice.Word))
        );
        Assert.That(
            calls.Where(call => call.Templates.Count == 0).Select(call => call.Name).Distinct(),
            Is.EquivalentTo(_withoutTextOfTheirOwn)
        );
    }

    [Test]
    public void Every_line_that_says_what_happens_has_its_meaning()
    {
        var found =
            from call in new MessageTexts().Find(NewsCall())
            from text in call.Words[call.Codes[0] == "level" ? 1 : 0].Split(" / ")
            where text.Any(char.IsLetter)
            select text;

        Assert.That(found.Distinct(), Is.EquivalentTo(LogNews.All.Select(news => news.Line)));
        Assert.That(LogNews.All.Select(news => news.Meaning), Has.All.Match(@"\A[A-Za-z].*\.\z"));
    }

    /// <summary>The type of its argument makes sure of both; that neither is empty is looked for here.</summary>
    [Test]
    public void What_ends_a_command_or_refuses_a_file_says_what_to_do()
    {
        var types = new[] { typeof(Trouble).Assembly, typeof(LogAdvice).Assembly, typeof(OpenSslTls).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(ExplainedException)) || type == typeof(UnusableSocketException))
            .ToList();
        Assert.That(types, Has.Count.GreaterThan(8), "what is looked for is found");
        foreach (var constructor in types.Append(typeof(ExplainedException)).SelectMany(Constructors))
        {
            Assert.That(
                constructor.GetParameters()[0].ParameterType,
                Is.EqualTo(typeof(Trouble))
                    .Or.EqualTo(typeof(IReadOnlyList<Trouble>))
                    .Or.EqualTo(typeof(IReadOnlyList<ConfigFault>)),
                $"{constructor.DeclaringType}"
            );
        }

        var troubles = new MessageTexts().Find(TroubleCall()).ToList();
        Assert.That(troubles, Has.Count.GreaterThan(150), "what is looked for is found");
        Assert.That(troubles.SelectMany(call => call.Codes.Take(2)), Has.None.Match("\\A\\$?\"\\W*\"\\z"));
    }

    [Test]
    public void Who_throws_what_the_system_throws_has_no_words_of_its_own()
    {
        var throwers = from file in MessagesDocument.Source() where RawFailure().IsMatch(file.Text) select file.Name;

        // They stay within a transport.
        Assert.That(throwers, Has.All.Contains("/SslStreamBackend/"));
    }

    [Test]
    public void The_page_has_every_message_with_a_remedy()
    {
        var page = MessagesDocument.Make();
        var words = new MessageTexts()
            .Find(TroubleCall())
            .SelectMany(call => call.Words.Take(2))
            .Where(text => text.Any(char.IsLetter))
            .Select(text => text.Replace("|", "\\|"));

        Assert.That(words.Where(text => !page.Contains(text)), Is.Empty);
    }

    [Test]
    public void Advice_is_whole_sentences()
    {
        var all = _closedLists.SelectMany(list => list.Advice).Concat(LogAdvice.All).ToList();

        Assert.That(all.Select(advice => advice.Cause), Has.All.Match(@"\A[A-Z][\s\S]+\.\z").Or.Match("^[a-z_]+\\."));
        Assert.That(all.Concat(ExitCodeAdvice.All).Select(advice => advice.Remedy), Has.All.Match(@"\A[A-Z].*\.\z"));
    }

    /// <summary>The templates of each call, without those of lines that are never a warning.</summary>
    private static IEnumerable<IReadOnlyList<string>> Calls(string source) =>
        CallText
            .Find(source, LogCall())
            .Where(call => call.Arguments.Count > 0)
            .Select(call =>
                call.Arguments[0].Texts is { Count: > 0 } first && !call.Arguments[0].Code.Contains("LevelOf")
                    ? first
                    : call.Arguments.Skip(1).Select(argument => argument.Texts).FirstOrDefault(texts => texts.Count > 0)
                        ?? []
            )
            .Select(texts => texts.Where(text => text.Length > 0).ToArray());

    private static ConstructorInfo[] Constructors(Type type) =>
        type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static string[] Words<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => value.Word())];

    [GeneratedRegex(@"(\b[lL]og|_log|_logger|OfProcess|\.Of\([^()]*\))\s*\.(Log|Warn|Error|Fatal)\(")]
    private static partial Regex LogCall();

    // The last line of a session is at level info, or at warn by its reason.
    [GeneratedRegex(@"\.(Info\(|Log\((?=\s*level,\s*ClosedBy))")]
    private static partial Regex NewsCall();

    [GeneratedRegex(@"\bTrouble\s*\.Of\(")]
    private static partial Regex TroubleCall();

    [GeneratedRegex(@"new (IOException|SocketException|UnauthorizedAccessException)\(\s*\$?""")]
    private static partial Regex RawFailure();

    [GeneratedRegex(@"^\| (?<words>`[a-z_]+`(, `[a-z_]+`)*) \|", RegexOptions.Multiline)]
    private static partial Regex ReasonRow();

    [GeneratedRegex("`(?<word>[a-z_]+)`")]
    private static partial Regex Word();
}
