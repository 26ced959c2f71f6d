using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Tunnel.Fuzz.Targets;
using Tunnel.Text;

namespace Tunnel.Tests.Text;

public sealed class SafeTextTests
{
    [TestCase("", "")]
    [TestCase("plain text: a=b \"c\" \\d", "plain text: a=b \"c\" \\d")]
    [TestCase("é 漢 😀", "é 漢 😀")]
    [TestCase("a\nb\rc\td", @"a\nb\rc\td")]
    [TestCase("\u001b[2J\u0000\u007f\u0085", @"\u001b[2J\u0000\u007f\u0085")]
    [TestCase("\u202egpj\u200b\u2028\u2029\ue000", @"\u202egpj\u200b\u2028\u2029\ue000")]
    // A tag of plane 14 is as invisible as the others: two units, as in JSON.
    [TestCase("\U000e0041", @"\udb40\udc41")]
    public void What_cannot_be_seen_is_written_out(string text, string expected) =>
        Assert.That(SafeText.Escape(text), Is.EqualTo(expected));

    [Test]
    public void Half_a_character_is_replaced() =>
        Assert.That(SafeText.Escape($"a{(char)0xd800}b"), Is.EqualTo("a\ufffdb"));

    [Test]
    public void Text_that_needs_nothing_is_not_copied()
    {
        const string Plain = "CN=app-1,O=Example";

        Assert.That(SafeText.Escape(Plain), Is.SameAs(Plain));
    }

    [TestCase("abcdefgh", 8, "abcdefgh")]
    [TestCase("abcdefghi", 8, "abcde…")]
    [TestCase("ééééé", 8, "éé…")]
    // No escape is cut in half.
    [TestCase("abcd\u202eefg", 8, "abcd…")]
    [TestCase("😀😀😀", 11, "😀😀…")]
    public void What_is_too_long_ends_with_an_ellipsis(string text, int mostBytes, string expected) =>
        Assert.That(SafeText.Escape(text, mostBytes), Is.EqualTo(expected));

    [FsCheck.NUnit.Property]
    public Property Whatever_comes_the_result_is_short_and_visible(string? text, PositiveInt most)
    {
        var mostBytes = 3 + most.Get;
        var safe = SafeText.Escape(text ?? "", mostBytes);
        return (
            Encoding.UTF8.GetByteCount(safe) <= mostBytes && safe.EnumerateRunes().All(Hold.IsHarmless)
        ).ToProperty();
    }

    [TestCase("app-1", "app-1")]
    [TestCase("10.0.0.7:51052", "10.0.0.7:51052")]
    [TestCase("[::1]:443", "[::1]:443")]
    [TestCase("", "\"\"")]
    [TestCase("two words", "\"two words\"")]
    [TestCase("app-1 closed_by=client reason=eof", "\"app-1 closed_by=client reason=eof\"")]
    [TestCase("a=b", "\"a=b\"")]
    [TestCase("say \"no\"", "\"say \\\"no\\\"\"")]
    // A backslash is doubled, so what was escaped before cannot be taken for what is escaped now.
    [TestCase(@"a\nb", @"""a\\nb""")]
    [TestCase("a\nb", @"""a\nb""")]
    [TestCase("\u00a0", "\"\u00a0\"")]
    public void A_field_is_bare_or_between_quotes(string value, string expected)
    {
        var line = new StringBuilder();
        FieldText.Append(line, value);

        Assert.That(line.ToString(), Is.EqualTo(expected));
    }

    [FsCheck.NUnit.Property]
    public Property A_field_never_looks_like_another_one(string? value)
    {
        var line = new StringBuilder("before=1 value=");
        FieldText.Append(line, value ?? "", mostBytes: 100_000);
        line.Append(" after=2");
        return LogfmtReader.Fields(line.ToString()).SequenceEqual(["before", "value", "after"]).ToProperty();
    }
}
