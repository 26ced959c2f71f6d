using NLog;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Relay;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Opening;

/// <summary>What storms of failures write, by a clock that stands still.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WarningsTests : IDisposable
{
    private static readonly TimeSpan _minute = TimeSpan.FromSeconds(61);

    private readonly ManualTime _time = new();
    private readonly DeadlineWheel _wheel;
    private readonly string _kind = $"storms of {TestContext.CurrentContext.Test.ID}";
    private readonly System.Threading.Channels.Channel<LogEventInfo> _lines = CapturedLog.Listen();
    private readonly Warnings _warnings;

    public WarningsTests()
    {
        _wheel = new DeadlineWheel(_time);
        _warnings = new Warnings(_wheel, new LineBudget(_wheel), TunnelLogger.OfProcess);
    }

    public void Dispose()
    {
        CapturedLog.Leave(_lines);
        _wheel.Dispose();
    }

    [Test]
    public void A_storm_is_written_in_part_then_counted()
    {
        for (var minute = 0; minute < 2; minute++)
        {
            var levels = Enumerable.Range(0, 1000).Select(_ => _warnings.LevelOf(_kind)).ToList();
            Assert.That(levels.Take(Warnings.MostAMinute), Has.All.EqualTo(LogLevel.Warn));
            Assert.That(levels.Skip(Warnings.MostAMinute), Has.All.EqualTo(LogLevel.Debug));
            _time.Advance(_minute);
        }

        Assert.That(_warnings.LevelOf("other " + _kind), Is.EqualTo(LogLevel.Warn), "kinds do not share");
        _time.Advance(_minute * 10);
        var expected = $"{_kind}: {1000 - Warnings.MostAMinute} more in the last minute";
        Assert.That(Told(), Is.EqualTo((string[])[expected, expected]), "a quiet minute says nothing");
    }

    [Test]
    public void What_has_not_been_counted_out_is_told_at_the_end()
    {
        // Four seconds, because a second has a limit of its own.
        var levels = Enumerable.Range(0, 1000).Select(Stranger).ToList();
        _warnings.Dispose();

        Assert.That(levels.Count(level => level == LogLevel.Info), Is.EqualTo(Warnings.MostStrangersAMinute));
        Assert.That(levels.TakeLast(500), Has.All.EqualTo(LogLevel.Debug));
        var more = 1000 - Warnings.MostStrangersAMinute;
        Assert.That(
            Told("strangers"),
            Is.EqualTo((string[])[$"sessions of strangers that came to nothing: {more} more in the last minute"])
        );

        LogLevel Stranger(int number)
        {
            _time.Advance(number % 100 == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
            return _warnings.LevelOfStranger(new Failure($"host {number}", CloseReason.HandshakeFailed, null));
        }
    }

    [Test]
    public void Lines_that_must_be_written_keep_the_level_below()
    {
        var levels = Enumerable.Range(0, 100).Select(_ => _warnings.LevelOf(_kind, otherwise: LogLevel.Info)).ToList();

        Assert.That(levels.Count(level => level == LogLevel.Warn), Is.EqualTo(Warnings.MostAMinute));
        Assert.That(levels.Count(level => level == LogLevel.Info), Is.EqualTo(100 - Warnings.MostAMinute));
    }

    [Test]
    public void A_failure_that_repeats_is_written_once_then_counted_and_written_again_when_it_comes_back()
    {
        Assert.That(Level("10.0.0.7", "no"), Is.EqualTo(LogLevel.Warn));
        Assert.That(Enumerable.Range(0, 143).Select(_ => Level("10.0.0.7", "no")), Has.All.EqualTo(LogLevel.Debug));
        Assert.That(Level("10.0.0.7", "another cause"), Is.EqualTo(LogLevel.Warn));
        Assert.That(Level("10.0.0.8", "no"), Is.EqualTo(LogLevel.Warn), "another source");
        _time.Advance(_minute);
        Assert.That(Told(), Is.EqualTo([$"{_kind}, 10.0.0.7: 143 more in the last minute: reason=refused detail=no"]));

        Assert.That(Level("10.0.0.7", "no"), Is.EqualTo(LogLevel.Debug), "it goes on");
        Assert.That(Level("10.0.0.8", "no"), Is.EqualTo(LogLevel.Warn), "it was over");
        _time.Advance(_minute);
        Assert.That(Told(), Is.EqualTo([$"{_kind}, 10.0.0.7: 1 more in the last minute: reason=refused detail=no"]));

        _time.Advance(_minute);
        Assert.That(Level("10.0.0.7", "no"), Is.EqualTo(LogLevel.Warn), "a minute without one");
        Assert.That(Told(), Is.Empty);
    }

    [Test]
    public void A_repeat_takes_no_line_from_others()
    {
        for (var repeat = 0; repeat < 1000; repeat++)
        {
            Level("10.0.0.7", "no");
        }

        var others = Enumerable.Range(0, Warnings.MostAMinute).Select(number => Level($"10.0.1.{number}", "no"));
        Assert.That(others.Count(level => level == LogLevel.Warn), Is.EqualTo(Warnings.MostAMinute - 1));
    }

    [Test]
    public void Whatever_comes_a_second_has_no_more_than_its_lines_and_all_are_counted()
    {
        const int sources = 400;
        var written = 0;
        for (var round = 0; round < 240; round++)
        {
            // Of many kinds, so that the limits of kinds are not what holds.
            var levels = Enumerable
                .Range(0, sources)
                .Select(source => Level($"h{source}", "no", $"{_kind}/{source % 40}"))
                .Count(level => level == LogLevel.Warn);
            written += levels;
            var before = Told();
            Assert.That(levels + before.Count, Is.AtMost(LineBudget.MostASecond));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _warnings.Dispose();
        Told();
        var counted = _all.Sum(line => long.Parse(line.Split(": ")[1].Split(' ')[0]));
        Assert.That(written + counted, Is.EqualTo(240 * sources), "nothing is lost");
    }

    [Test]
    public void Thousands_of_sources_are_not_kept()
    {
        var repeats = new Repeats(_wheel, new LineBudget(_wheel), TunnelLogger.OfProcess);
        for (var source = 0; source < 10_000; source++)
        {
            repeats.Begin(_kind, new Failure($"{source}", CloseReason.Refused, new string('x', 30_000)), LogLevel.Warn);
        }

        Assert.That(repeats.Kept, Is.EqualTo(Repeats.MostKept));
        _time.Advance(_minute);
        Assert.That(repeats.Kept, Is.Zero);
        Assert.That(_wheel.Scheduled, Is.Zero);
    }

    [TestCase("10.0.0.7", "10.0.0.7")]
    [TestCase("::ffff:10.0.0.7", "10.0.0.7")]
    [TestCase("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void A_source_is_an_address_or_the_network_of_a_customer(string address, string source) =>
        Assert.That(
            PeerSource.TextOf(new System.Net.IPEndPoint(System.Net.IPAddress.Parse(address), 1)),
            Is.EqualTo(source)
        );

    private readonly List<string> _all = [];

    private LogLevel Level(string source, string detail, string? kind = null) =>
        _warnings.LevelOf(kind ?? _kind, new Failure(source, CloseReason.Refused, detail));

    /// <summary>The lines of this test since it asked last.</summary>
    private List<string> Told(string? about = null)
    {
        var told = CapturedLog
            .Come(_lines)
            .Select(line => line.FormattedMessage)
            .Where(message => message.Contains(about ?? _kind) || message.Contains("many sources"))
            .ToList();
        _all.AddRange(told);
        return told;
    }
}
