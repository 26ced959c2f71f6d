using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Tunnel.Reports;
using Tunnel.Tests.Cli.Top;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Reports;

/// <summary>What is not as it should be, by what a process says of itself.</summary>
public sealed partial class FindingsTests
{
    private static readonly DateTimeOffset _start = Sample.Start;

    [Test]
    public void Of_a_process_that_is_well_nothing_is_found() => Assert.That(Found(Sample.Report()), Is.Empty);

    [Test]
    public void A_process_that_stops_is_not_said_to_be_full_too()
    {
        var report = Sample.Report() with { State = ProcessReport.Draining, NotReady = "the process is stopping" };
        Assert.That(Found(report), Is.EqualTo(["warning draining the process is stopping: live sessions may finish"]));
    }

    [TestCase(15_999, null)]
    [TestCase(16_000, "warning files_nearly_full 16,000 of 20,000 open files are used by sessions")]
    [TestCase(20_000, "problem files_full 20,000 of 20,000 open files are used by sessions")]
    public void Files_are_told_of_from_four_fifths(long used, string? found) =>
        Assert.That(
            Found(Sample.Report() with { Resources = new ResourcesReport(used, 20_000, 0, 0) }),
            Is.EqualTo(found is null ? NoWords : [found])
        );

    [TestCase(79, 0, null)]
    [TestCase(80, 0, "warning limit_nearly_full pg: limits.sessions: 80 of 100 places are taken")]
    [TestCase(100, 0, "problem limit_full pg: limits.sessions: 100 of 100 places are taken")]
    [TestCase(100, 7, "problem limit_full pg: limits.sessions: 100 of 100 places are taken, and 7 wait for one")]
    [TestCase(9, 1, "warning sessions_wait pg: limits.sessions: 9 of 100 places are taken, and 1 wait for one")]
    public void Limits_are_told_of_from_four_fifths_or_when_somebody_waits(long used, long waiting, string? found)
    {
        var tunnel = Sample.Server() with
        {
            Limits = [new("limits.sessions", 100, used, waiting), new("limits.sessions_per_identity", 10)],
        };
        Assert.That(Found(Sample.Report(tunnel)), Is.EqualTo(found is null ? NoWords : [found]));
    }

    [TestCase(30 * 86_400, null)]
    [TestCase((30 * 86_400) - 1, "warning certificate_expires_soon a certificate expires in 29 days: CN=a (a.crt)")]
    [TestCase(0, "warning certificate_expires_soon a certificate expires in 0 seconds: CN=a (a.crt)")]
    [TestCase(-86_400, "problem certificate_expired a certificate has expired 1 day ago: CN=a (a.crt)")]
    public void A_certificate_of_several_tunnels_is_told_of_once_when_the_log_warns(long seconds, string? found)
    {
        var certificate = new CertificateEntry("a.crt", "CN=a", _start, seconds);
        var report = Sample.Report(
            Sample.Server("pg") with
            {
                Certificates = [certificate],
            },
            Sample.Server("web") with
            {
                Certificates = [certificate],
            }
        );
        Assert.That(Found(report), Is.EqualTo(found is null ? NoWords : [found]));
        Assert.That(certificate.ExpiresSoon, Is.EqualTo(found is not null));
    }

    [Test]
    public void A_target_is_a_problem_only_while_there_is_no_other()
    {
        var down = new TargetReport("10.0.0.9:1", false, _start, 0, "refused");
        var other = new TargetReport("10.0.0.8:1", true, _start, 0);
        var words = "target_unhealthy pg: 10.0.0.9:1 is unhealthy since 2026-01-02 12:00:00Z: refused";
        Assert.That(Found(Sample.Report(Sample.Server() with { Targets = [down] })), Is.EqualTo([$"problem {words}"]));
        Assert.That(
            Found(Sample.Report(Sample.Server() with { Targets = [other, down] })),
            Is.EqualTo([$"warning {words}"])
        );
    }

    [Test]
    public void Of_a_refused_configuration_the_first_fault_is_told_and_how_many_there_are()
    {
        var reload = new ReloadReport(_start, "SIGHUP", false, "a.yaml:3: no\na.yaml:4: nor this\n");
        Assert.That(
            Found(Sample.Report() with { Reloads = new ReloadsReport(0, 1, reload) }),
            Is.EqualTo([
                "problem reload_refused a new configuration was refused: a.yaml:3: no, and 1 more (the old one serves "
                    + "on; SIGHUP, 2026-01-02 12:00:00Z)",
            ])
        );
        Assert.That(Found(Sample.Report() with { Reloads = new(1, 1, reload with { Accepted = true }) }), Is.Empty);
    }

    [Test]
    public void The_worst_is_first_wherever_it_is()
    {
        var report = Sample.Report(
            Sample.Server("a") with
            {
                Certificates = [new CertificateEntry("a.crt", "CN=a", _start, 1)],
                Limits = [new("limits.sessions", 10, 9), new("limits.strangers", 10, 10)],
            },
            Sample.Server(null) with
            {
                Cause = "the port is in use",
            }
        ) with
        {
            NotReady = "full",
        };
        Assert.That(
            Found(report).Select(found => found.Split(' ')[1]),
            Is.EqualTo(["not_ready", "not_listening", "limit_full", "limit_nearly_full", "certificate_expires_soon"])
        );
        Assert.That(report.Judged().Findings[1].Fault(), Is.EqualTo("the server does not listen: the port is in use"));
    }

    [Test]
    public void A_thousand_tunnels_with_a_fault_each_make_a_bounded_list_that_says_how_many_more_there_are()
    {
        var endless = new string('x', 100_000);
        var report = Sample
            .Report([
                .. Enumerable.Range(1, 1000).Select(number => Sample.Server($"t{number}") with { Cause = endless }),
            ])
            .Judged();
        Assert.That((report.Findings.Count, report.MoreFindings), Is.EqualTo((Findings.Most, 1000 - Findings.Most)));
        Assert.That(report.Findings.Sum(finding => finding.ToString().Length), Is.LessThan(Findings.Most * 1024));
    }

    [Test]
    public void Each_is_of_one_line_ends_with_what_to_do_and_comes_back_from_JSON()
    {
        const string hostile = "\u001b[2J\n</script>\u202e";
        var report = (
            Sample.Report(Sample.Server() with { Cause = hostile }) with
            {
                NotReady = hostile,
                Reloads = new ReloadsReport(0, 1, new ReloadReport(_start, hostile, false, hostile)),
            }
        ).Judged();
        var json = JsonSerializer.Serialize(report, ReportJson.Default.ProcessReport);
        var back = JsonSerializer.Deserialize(json, ReportJson.Default.ProcessReport)!;
        Assert.That(back.Findings, Is.EqualTo(report.Findings).And.Count.EqualTo(3));
        Assert.That(json, Does.Contain("\"level\":\"problem\",\"code\":\"not_ready\""));
        foreach (var finding in report.Findings)
        {
            Assert.That(finding.Words, Is.EqualTo(SafeText.Escape(finding.Words)).And.Contain("\\u001b[2J"));
            Assert.That(finding.ToString(), Does.EndWith($"; what to do: {finding.Remedy}"));
        }

        Assert.That(Enum.GetValues<FindingCode>().Select(Findings.RemedyOf), Has.All.Not.Empty);
    }

    [Test]
    public void The_text_has_them_below_the_state_and_nothing_where_there_are_none()
    {
        var well = StatusText.Of(Sample.Report(Sample.Server(null)).Judged());
        Assert.That(well, Does.StartWith("role: server\nstate: accepting\nlistener: "));
        var many = Sample.Report([.. Enumerable.Range(1, 60).Select(_ => Sample.Server() with { Cause = "no\e[2J" })]);
        var lines = StatusText.Of(many.Judged()).Split('\n');
        Assert.That(lines[2], Is.EqualTo("tunnels: 60"));
        Assert.That(
            lines[3..53],
            Has.All.EqualTo(
                "problem: pg: the server does not listen: no\\u001b[2J; what to do: stop whoever has its address, or "
                    + "change it; it starts by itself then"
            )
        );
        Assert.That(lines[53], Is.EqualTo("more_findings: 10"));

        // It may come from another process.
        var raw = new Finding(FindingLevel.Warning, FindingCode.NotReady, "\e[2J\n", "\r", "\u202e");
        Assert.That(
            StatusText.Of(Sample.Report() with { Findings = [raw] }).Split('\n')[3],
            Is.EqualTo("warning: \\u202e: \\u001b[2J\\n; what to do: \\r")
        );
    }

    [Test]
    public void Every_code_is_in_the_document_with_what_to_do_and_no_other() =>
        Assert.That(
            Row()
                .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "monitoring.md")))
                .Select(row => (row.Groups["code"].Value, row.Groups["remedy"].Value)),
            Is.EqualTo(Enum.GetValues<FindingCode>().Select(code => (code.Word(), Findings.RemedyOf(code))))
        );

    private static string[] NoWords => [];

    private static IEnumerable<string> Found(ProcessReport report) =>
        report.Judged().Findings.Select(finding => $"{finding.Level.Word()} {finding.Code.Word()} {finding.Fault()}");

    [GeneratedRegex(
        @"^\| `(?<code>[a-z_]+)` \| (?:problem|warning)[^|]* \| [^|]+ \| (?<remedy>[^|]+) \|$",
        RegexOptions.Multiline
    )]
    private static partial Regex Row();
}
