using NUnit.Framework;
using Tunnel.Cli.Top;
using Tunnel.Relay;
using Tunnel.Sessions;

namespace Tunnel.Tests.Cli.Top;

/// <summary>What the keys do to what is shown.</summary>
public sealed class TopModelTests
{
    [Test]
    public void What_moves_most_is_first_and_the_same_key_again_reverses()
    {
        var model = Sample.Busy(4);
        Assert.That(Ids(model), Is.EqualTo("4 3 2 1"));
        model.Press("m");
        Assert.That(Ids(model), Is.EqualTo("1 2 3 4"));
    }

    [TestCase("s", "3 1 2")]
    [TestCase("r", "2 1 3")]
    [TestCase("b", "1 3 2")]
    [TestCase("a", "2 3 1")]
    [TestCase("e", "1 2 3")]
    [TestCase("i", "2 3 1")]
    [TestCase("t", "2 3 1")]
    [TestCase("x", "1 3 2")]
    [TestCase("ss", "2 1 3")]
    [TestCase("ee", "3 2 1")]
    public void Each_column_sorts(string keys, string order)
    {
        var one = Sample.Session(1, 1000) with { Identity = "zoe", Tunnel = "web", State = SessionState.Connecting };
        var two = Sample.Session(2, 9000) with { Identity = "Ann", Tunnel = "db", State = SessionState.HalfClosed };
        var three = Sample.Session(3, 5000) with { Identity = "bob", Tunnel = "mail" };
        var model = Sample.Model(
            (one with { Sent = 90_000 }, Later(one, 90_020, 20)),
            (two, Later(two, 10, 300)),
            (three, Later(three, 500, 1))
        );
        model.Press(keys);
        Assert.That(Ids(model), Is.EqualTo(order));
    }

    [Test]
    public void Sessions_that_do_not_move_keep_their_places()
    {
        var idle = Enumerable.Range(1, 9).Select(number => (Sample.Session(number), Sample.Session(number, 61_000)));
        var model = Sample.Model([.. idle]);
        var back = Sample.Model([.. idle.Reverse()]);
        Assert.That(Ids(model), Is.EqualTo(Ids(back)));
    }

    [TestCase("app-3", "3")]
    [TestCase("APP-3", "3")]
    [TestCase("redis", "5 3 1")]
    [TestCase("redis app-5", "5")]
    [TestCase("10.0.0.2:", "2")]
    [TestCase("3f2a-4", "4")]
    [TestCase("nobody", "")]
    [TestCase("", "5 4 3 2 1")]
    public void A_filter_looks_at_peer_identity_tunnel_and_id(string words, string ids)
    {
        var model = Sample.Busy(5);
        model.Press("/" + words);
        Assert.That(Ids(model), Is.EqualTo(ids));
        model.Press(ConsoleKey.Enter);
        Assert.That((model.Mode, Ids(model)), Is.EqualTo((TopMode.Table, ids)));
        model.Press(ConsoleKey.Escape);
        Assert.That(Ids(model), Is.EqualTo("5 4 3 2 1"));
    }

    [Test]
    public void Letters_of_a_filter_are_no_commands_and_can_be_taken_back()
    {
        var model = Sample.Busy(5);
        Assert.That(model.Press("/qkp?"), Is.EqualTo(TopWish.Nothing));
        Assert.That((model.Filter, model.IsPaused), Is.EqualTo(("qkp?", false)));
        model.Press(ConsoleKey.Backspace);
        Assert.That(model.Filter, Is.EqualTo("qkp"));
        model.Press("\u0015");
        Assert.That(model.Filter, Is.Empty);
        model.Press(ConsoleKey.Backspace);
        model.Press(ConsoleKey.Escape);
        Assert.That(model.Press("q"), Is.EqualTo(TopWish.Quit));
    }

    [Test]
    public void A_filter_has_an_end()
    {
        var model = Sample.Busy(1);
        model.Press("/" + new string('a', 5000));
        Assert.That(model.Filter, Has.Length.LessThan(1000));
    }

    [Test]
    public void The_selection_stays_with_its_session_wherever_that_goes()
    {
        var model = Sample.Busy(5);
        model.Press(ConsoleKey.DownArrow);
        model.Press(ConsoleKey.DownArrow);
        Assert.That(model.Selected?.Session.Id, Is.EqualTo("3f2a-4"));
        model.Press("m");
        Assert.That(model.Selected?.Session.Id, Is.EqualTo("3f2a-4"));
        model.Press(ConsoleKey.DownArrow);
        Assert.That(model.Selected?.Session.Id, Is.EqualTo("3f2a-5"), "it is the fourth of five now");
        model.Press(ConsoleKey.DownArrow);
        Assert.That(model.Selected?.Session.Id, Is.EqualTo("3f2a-5"), "there is nothing below");
        model.Press(ConsoleKey.Home);
        Assert.That(model.Selected?.Session.Id, Is.EqualTo("3f2a-1"));
        model.Press(ConsoleKey.End);
        Assert.That(model.Selected?.Session.Id, Is.EqualTo("3f2a-5"));
    }

    [Test]
    public void The_place_of_a_session_that_has_ended_is_not_the_selection()
    {
        var model = Sample.Busy(5);
        model.Press(ConsoleKey.DownArrow);
        model.Take(Sight.Of(null, Sample.Look(2, Sample.Session(1), Sample.Session(2))));
        Assert.That(model.Selected, Is.Null);
        Assert.That(model.Press("ky"), Is.EqualTo(TopWish.Nothing), "there is nothing to be ended");
    }

    [Test]
    public void A_session_is_ended_only_after_a_yes_and_it_is_the_one_that_was_asked_about()
    {
        var model = Sample.Busy(5);
        model.Press(ConsoleKey.DownArrow);
        Assert.That(model.Press("k"), Is.EqualTo(TopWish.Nothing));
        // Meanwhile another one has moved to the top, and the one in question is gone.
        model.Take(Sight.Of(null, Sample.Look(2, Sample.Session(7))));
        Assert.That(model.Press("y"), Is.EqualTo(TopWish.Kill));
        Assert.That(model.Asked?.Session.Id, Is.EqualTo("3f2a-5"));
    }

    [TestCase("n")]
    [TestCase("k")]
    [TestCase("q")]
    [TestCase(" ")]
    public void Any_other_answer_is_a_no(string key)
    {
        var model = Sample.Busy(5);
        model.Press(ConsoleKey.DownArrow);
        model.Press("k");
        Assert.That(model.Press(key), Is.EqualTo(TopWish.Nothing));
        Assert.That((model.Mode, model.Asked), Is.EqualTo((TopMode.Table, (Row?)null)));
    }

    [Test]
    public void A_pause_holds_what_is_shown_and_its_end_shows_what_came_meanwhile()
    {
        var model = Sample.Busy(2);
        model.Press("p");
        model.Take(Sight.Of(null, Sample.Look(2, Sample.Session(9))));
        Assert.That(Ids(model), Is.EqualTo("2 1"));
        model.Press("p");
        Assert.That(Ids(model), Is.EqualTo("9"));
    }

    [Test]
    public void A_page_down_is_as_many_rows_as_are_shown()
    {
        var model = Sample.Busy(100);
        model.Fit(10);
        model.Press(ConsoleKey.DownArrow);
        model.Press(ConsoleKey.PageDown);
        Assert.That(model.Selected?.Session.Id, Is.EqualTo("3f2a-90"));
        model.Fit(10);
        Assert.That(model.Offset, Is.EqualTo(1), "the selected one is the last that is shown");
        model.Press(ConsoleKey.PageUp);
        model.Fit(10);
        Assert.That(model.Offset, Is.Zero);
    }

    [Test]
    public void A_message_goes_after_some_answers()
    {
        var model = Sample.Busy(1);
        model.Say("done");
        for (var i = 0; i < 5; i++)
        {
            model.Take(model.Sight!);
            Assert.That(model.Message, Is.EqualTo("done"));
        }

        model.Take(model.Sight!);
        Assert.That(model.Message, Is.Empty);
    }

    private static SessionRecord Later(SessionRecord session, long sent, long received) =>
        session with
        {
            AgeMs = session.AgeMs + 1000,
            Sent = sent,
            Received = received,
        };

    private static string Ids(TopModel model) =>
        string.Join(' ', model.Rows.Select(row => row.Session.Id["3f2a-".Length..]));
}
