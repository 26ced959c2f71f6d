using NUnit.Framework;
using Tunnel.Cli.Top;
using Tunnel.Reports;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Cli.Top;

/// <summary>What a screen of some size shows.</summary>
public sealed class ScreenTests
{
    [Test]
    public void A_usual_terminal()
    {
        Assert.That(
            Troubled().Show(80, 24).Take(12),
            Is.EqualTo(
                (string[])
                    [
                        "accepting  sessions 30  sent 41 KiB/s  received 0 B/s  refused 3  failed 5",
                        "accepted 1,234  up 3d04h  memory 54 MiB  generation 4  version 1.2.3",
                        "! pg: the server does not listen: the port is in use",
                        "! pg: a certificate has expired 1 hour ago: CN=old (old.crt)",
                        "! pg: limits.sessions: 100 of 100 places are taken, and 7 wait for one",
                        "! a new configuration was refused: a.yaml:3: no, and 1 more (the old one serves…",
                        "! pg: 10.0.0.9:5432 is unhealthy since 2026-01-02 12:00:00Z: connection refused",
                        "! and 2 more: 'w' shows them",
                        "SESSION  TUNNEL  STATE          AGE  SENT/s▼  RECV/s▼ PEER            IDENTITY",
                        "3f2a-30  pg      relaying     1m01s   30 KiB      0 B 10.0.0.30:40030 app-30",
                        "3f2a-29  redis   relaying     1m01s   29 KiB      0 B 10.0.0.29:40029 app-29",
                        "3f2a-28  pg      relaying     1m01s   28 KiB      0 B 10.0.0.28:40028 app-28",
                    ]
            )
        );
    }

    [Test]
    public void Every_size_has_its_lines_and_none_is_too_long()
    {
        foreach (var mode in Enum.GetValues<TopMode>())
        {
            var model = Troubled();
            model.Press(ConsoleKey.DownArrow);
            model.Enter(mode);
            for (var width = 1; width <= 130; width += width < 20 ? 1 : 11)
            {
                for (var height = 1; height <= 40; height += height < 12 ? 1 : 7)
                {
                    var lines = Screen.Of(model, width, height);
                    Assert.That(lines, Has.Count.EqualTo(height), $"{mode} {width}x{height}");
                    Assert.That(lines.Max(line => line.Taken), Is.LessThanOrEqualTo(width), $"{mode} {width}x{height}");
                }
            }
        }
    }

    [Test]
    public void Of_ten_thousand_sessions_only_what_fits_is_made()
    {
        var model = Sample.Busy(10_000);
        Assert.That(model.Show(80, 24).Count(line => line.StartsWith("3f2a-")), Is.EqualTo(20));
        model.Press(ConsoleKey.End);
        Assert.That(model.Show(80, 24)[^2], Does.StartWith("3f2a-1 "));
    }

    [Test]
    public void Text_of_peers_controls_no_terminal_and_is_no_markup()
    {
        const string hostile = "\u001b[2J[red]x[/]\r\n\t\u202e\u009b31m";
        var session = Sample.Session(1) with
        {
            Id = hostile,
            Tunnel = hostile,
            Peer = hostile,
            Identity = hostile,
            Target = hostile,
            Via = hostile,
            Cipher = hostile,
        };
        var target = new TargetReport(hostile, false, Sample.Start, 0, hostile);
        var report = Sample.Report(Sample.Server(hostile) with { Targets = [target], Cause = hostile }) with
        {
            State = hostile,
            Version = hostile,
            NotReady = hostile,
        };
        var model = new TopModel();
        var found = new Finding(FindingLevel.Warning, FindingCode.NotReady, hostile, hostile, hostile);
        var look = Sample.Look(report, 0, session);
        look = look with { Report = look.Report with { Findings = [found, .. look.Report.Findings] } };
        model.Take(Sight.Of(null, look));
        model.Press(ConsoleKey.DownArrow);
        foreach (var mode in Enum.GetValues<TopMode>())
        {
            model.Enter(mode);
            model.FilterBy(mode == TopMode.Filter ? "[red]" : "");
            model.Say(hostile);
            if (mode == TopMode.Findings)
            {
                model.TakeFailure(hostile);
            }

            // It fails at every sequence that is not ours.
            var terminal = new TerminalScreen(200, 50);
            terminal.Write(new Painter(hasColours: true).Frame(Screen.Of(model, 200, 50), all: true));
            Assert.That(terminal.ToString(), Does.Contain("[red]x[/]"));
        }
    }

    [Test]
    public void What_to_do_is_said_where_there_is_room_and_all_of_it_at_a_key()
    {
        const string fault = "pg: limits.sessions: 100 of 100 places are taken, and 7 wait for one";
        var remedy = Findings.RemedyOf(FindingCode.LimitFull);
        var model = Troubled();
        Assert.That(model.Show(80, 40), Has.Some.EqualTo($"! {fault}"));
        Assert.That(model.Show(200, 40), Has.Some.EqualTo($"! {fault}; what to do: {remedy}"));
        model.Press("w");
        Assert.That(model.Show(200, 40), Has.Some.EqualTo($"problem: {fault}"));
        Assert.That(model.Show(200, 40), Has.Some.EqualTo($"  what to do: {remedy}"));
        Assert.That(model.Show(200, 40), Has.None.StartsWith("!"), "and nothing twice");
        // A word is not torn where a line ends, and what has no room is not passed over in silence.
        Assert.That(model.Show(80, 40), Has.Some.EqualTo("then").And.Some.EqualTo("limits.sessions"));
        Assert.That(model.Show(80, 12)[^2], Is.EqualTo("…"));
    }

    [Test]
    public void Findings_that_the_process_left_out_are_counted()
    {
        var faulty = Enumerable.Range(1, 200).Select(number => Sample.Server($"t{number}") with { Cause = "in use" });
        var model = new TopModel();
        model.Take(Sight.Of(null, Sample.Look(Sample.Report([.. faulty]), 0)));
        Assert.That(model.Show(80, 24)[7], Is.EqualTo("! and 195 more: 'w' shows them"));
        model.Enter(TopMode.Findings);
        Assert.That(model.Show(80, 200), Has.Some.EqualTo("and 150 more"));
    }

    [Test]
    public void Letters_of_any_width_keep_the_columns_in_their_places()
    {
        var model = Sample.Model(
            (
                Sample.Session(1),
                Sample.Session(1) with
                {
                    Identity = "日本語の名前がとても長い",
                    Peer = "e\u0301a\u0301:1",
                }
            ),
            (Sample.Session(2), Sample.Session(2))
        );
        var terminal = new TerminalScreen(120, 10);
        terminal.Write(new Painter(hasColours: false).Frame(Screen.Of(model, 120, 10), all: true));
        var column = terminal
            .Lines.Single(line => line.Contains("app-2"))
            .IndexOf("127.0.0.1:5432", StringComparison.Ordinal);
        Assert.That(
            Screen
                .Of(model, 120, 10)
                .Select(line => line.ToString())
                .Where(line => line.Contains("127.0.0.1:5432"))
                .Select(line => Cells.WidthOf(line[..line.IndexOf("127.0.0.1:5432", StringComparison.Ordinal)])),
            Is.EqualTo((int[])[column, column])
        );
    }

    [Test]
    public void A_process_that_is_away_is_said_and_what_was_known_stays()
    {
        var model = new TopModel();
        model.TakeFailure("nobody listens");
        Assert.That(model.Show(80, 24)[0], Is.EqualTo("no answer: nobody listens"));
        model = Sample.Busy(3);
        model.TakeFailure("it was killed");
        var shown = model.Show(80, 24);
        Assert.That(shown, Has.Some.EqualTo("! no answer, this is old: it was killed"));
        Assert.That(shown[0], Does.StartWith("away  sessions 3"));
        Assert.That(shown, Has.Some.StartsWith("3f2a-1 "));
        model.Take(model.Sight!);
        Assert.That(model.Show(80, 24)[0], Does.StartWith("accepting"));
        Assert.That(model.Show(80, 24)[^1], Is.EqualTo("the process answers again"));
    }

    [Test]
    public void A_question_names_the_session_even_where_it_is_narrow()
    {
        var model = Sample.Busy(3);
        model.Press(ConsoleKey.DownArrow);
        model.Press("k");
        Assert.That(model.Show(80, 24)[^1], Is.EqualTo("End 3f2a-3? y/n  from 10.0.0.3:40003 (app-3)"));
        Assert.That(model.Show(20, 5)[^1], Does.StartWith("End 3f2a-3? y/n"));
    }

    private static TopModel Troubled()
    {
        var report = Sample.Report(
            Sample.Server(sent: 42_000) with
            {
                Cause = "the port is in use",
                Refusals = new Dictionary<string, long> { ["expired"] = 1, ["not_allowed"] = 2 },
                Targets =
                [
                    new TargetReport("10.0.0.8:5432", true, Sample.Start, 3),
                    new TargetReport("10.0.0.9:5432", false, Sample.Start, 0, "connection refused"),
                ],
                Limits =
                [
                    new LimitReport("limits.sessions", 100, 100, Waiting: 7),
                    new LimitReport("limits.strangers", 100, 79),
                    new LimitReport("limits.sessions_per_identity", 10),
                ],
                Certificates =
                [
                    new CertificateEntry("new.crt", "CN=new", Sample.Start, 31 * 86_400),
                    new CertificateEntry("soon.crt", "CN=soon", Sample.Start, 29 * 86_400),
                    new CertificateEntry("old.crt", "CN=old", Sample.Start, -3600),
                ],
            }
        ) with
        {
            Resources = new ResourcesReport(17_000, 20_000, 54 << 20, 1 << 20),
            Reloads = new ReloadsReport(0, 1, new ReloadReport(Sample.Start, "SIGHUP", false, "a.yaml:3: no\nmore")),
        };
        var sessions = Enumerable.Range(1, 30).ToArray();
        var model = new TopModel();
        model.Take(
            Sight.Of(
                Sample.Look(Sample.Report(), 0, [.. sessions.Select(number => Sample.Session(number))]),
                Sample.Look(report, 1, [.. sessions.Select(number => Sample.Session(number, 61_000, number * 1024L))])
            )
        );
        return model;
    }
}
