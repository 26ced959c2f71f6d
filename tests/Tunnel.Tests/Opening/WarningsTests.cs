using NLog;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Opening;

public sealed class WarningsTests
{
    [Test]
    public void A_storm_is_written_in_part_then_counted()
    {
        const string kind = "storms of this test";
        var time = new ManualTime();
        using var wheel = new DeadlineWheel(time);
        var warnings = new Warnings(wheel, TunnelLogger.OfProcess);
        var lines = CapturedLog.Listen();

        for (var minute = 0; minute < 2; minute++)
        {
            var levels = Enumerable.Range(0, 1000).Select(_ => warnings.LevelOf(kind)).ToList();
            Assert.That(levels.Take(Warnings.MostAMinute), Has.All.EqualTo(LogLevel.Warn));
            Assert.That(levels.Skip(Warnings.MostAMinute), Has.All.EqualTo(LogLevel.Debug));
            time.Advance(TimeSpan.FromSeconds(61));
        }

        Assert.That(warnings.LevelOf("other " + kind), Is.EqualTo(LogLevel.Warn), "kinds do not share");
        time.Advance(TimeSpan.FromMinutes(10));
        CapturedLog.Leave(lines);
        lines.Writer.Complete();
        var told = lines
            .Reader.ReadAllAsync()
            .ToBlockingEnumerable()
            .Select(l => l.FormattedMessage)
            .Where(m => m.Contains(kind));
        var expected = $"{kind}: {1000 - Warnings.MostAMinute} more in the last minute";
        Assert.That(told, Is.EqualTo((string[])[expected, expected]), "a quiet minute says nothing");
    }

    [Test]
    public void What_has_not_been_counted_out_is_told_at_the_end()
    {
        using var wheel = new DeadlineWheel(new ManualTime());
        var warnings = new Warnings(wheel, TunnelLogger.OfProcess);
        var lines = CapturedLog.Listen();

        var levels = Enumerable.Range(0, 1000).Select(_ => warnings.LevelOfStranger()).ToList();
        warnings.Dispose();

        CapturedLog.Leave(lines);
        Assert.That(levels.Take(Warnings.MostStrangersAMinute), Has.All.EqualTo(LogLevel.Info));
        Assert.That(levels.Skip(Warnings.MostStrangersAMinute), Has.All.EqualTo(LogLevel.Debug));
        lines.Writer.Complete();
        var told = lines
            .Reader.ReadAllAsync()
            .ToBlockingEnumerable()
            .Select(line => line.FormattedMessage)
            .Where(message => message.Contains("strangers"));
        var more = 1000 - Warnings.MostStrangersAMinute;
        Assert.That(
            told,
            Is.EqualTo((string[])[$"sessions of strangers that came to nothing: {more} more in the last minute"])
        );
    }

    [Test]
    public void Lines_that_must_be_written_keep_the_level_below()
    {
        using var wheel = new DeadlineWheel(new ManualTime());
        var warnings = new Warnings(wheel, TunnelLogger.OfProcess);

        var levels = Enumerable.Range(0, 100).Select(_ => warnings.LevelOf("lines", LogLevel.Info)).ToList();

        Assert.That(levels.Count(level => level == LogLevel.Warn), Is.EqualTo(Warnings.MostAMinute));
        Assert.That(levels.Count(level => level == LogLevel.Info), Is.EqualTo(100 - Warnings.MostAMinute));
    }
}
