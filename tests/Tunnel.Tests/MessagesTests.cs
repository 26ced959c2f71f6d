using System.Text.RegularExpressions;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Opening;
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
            .Where(file => !file.Name.EndsWith("LogAdvice.cs") && !file.Name.Contains("/Diagnostics/"))
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

    private static string[] Words<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => value.Word())];

    [GeneratedRegex(@"(\b[lL]og|_log|_logger|OfProcess|\.Of\([^()]*\))\s*\.(Log|Warn|Error|Fatal)\(")]
    private static partial Regex LogCall();

    [GeneratedRegex(@"^\| (?<words>`[a-z_]+`(, `[a-z_]+`)*) \|", RegexOptions.Multiline)]
    private static partial Regex ReasonRow();

    [GeneratedRegex("`(?<word>[a-z_]+)`")]
    private static partial Regex Word();
}
