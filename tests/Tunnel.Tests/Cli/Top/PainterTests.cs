using NUnit.Framework;
using Tunnel.Cli.Top;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Cli.Top;

/// <summary>How one screen becomes the next.</summary>
public sealed class PainterTests
{
    [Test]
    public void Only_lines_that_have_changed_are_written()
    {
        var painter = new Painter(hasColours: true);
        var terminal = new TerminalScreen(10, 3);
        terminal.Write(painter.Frame(Lines("one", "two", "three"), all: true));
        Assert.That(painter.Frame(Lines("one", "two", "three"), all: false), Is.Empty);
        var frame = painter.Frame(Lines("one", "2", "three"), all: false);
        Assert.That(frame, Does.Contain("2").And.Not.Contain("one").And.Not.Contain("three"));
        terminal.Write(frame);
        Assert.That(terminal.Lines, Is.EqualTo((string[])["one", "2", "three"]));
    }

    [Test]
    public void A_full_line_keeps_its_last_letter()
    {
        var terminal = new TerminalScreen(5, 2);
        terminal.Modes.Remove("?7");
        terminal.Write(new Painter(hasColours: false).Frame(Lines("12345", "67890"), all: true));
        Assert.That(terminal.Lines, Is.EqualTo((string[])["12345", "67890"]));
    }

    [Test]
    public void After_a_resize_all_is_written_again()
    {
        var painter = new Painter(hasColours: true);
        var terminal = new TerminalScreen(10, 3);
        terminal.Write(painter.Frame(Lines("one", "two", "three"), all: true));
        terminal.Resize(8, 2);
        terminal.Write(painter.Frame(Lines("one", "two"), all: true));
        Assert.That(terminal.Lines, Is.EqualTo((string[])["one", "two"]));
    }

    [Test]
    public void Colours_are_left_out_where_nobody_wants_them()
    {
        var line = new StyledLine(10).Add("red", Paint.Alarm);
        Assert.That(new Painter(hasColours: true).Frame([line], all: true), Does.Match("\\[[0-9;]*31"));
        Assert.That(new Painter(hasColours: false).Frame([line], all: true), Does.Not.Match("\\[[0-9;]*3[0-9]"));
    }

    private static List<StyledLine> Lines(params string[] texts) =>
        [.. texts.Select(text => new StyledLine(10).Add(text, Paint.Plain))];
}
