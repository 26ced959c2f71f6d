using System.Diagnostics;
using NLog;
using NLog.Targets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Diagnostics;

namespace Tunnel.Tests.Diagnostics;

/// <summary>A terminal that has been stopped, or a disk that hangs.</summary>
public sealed class SlowSinkTests
{
    private const int Lines = 100_000;

    // Memory is what is bounded, however long the lines are.
    private static readonly string _words = new('w', 200);

    private sealed class StuckTarget : TargetWithLayout
    {
        private readonly TaskCompletionSource _busy = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public StuckTarget()
        {
            Name = "stuck";
            Layout = "${message}";
        }

        public ManualResetEventSlim Released { get; } = new();

        public List<string> Lines { get; } = [];

        public Task Busy => _busy.Task;

        protected override void Write(LogEventInfo logEvent)
        {
            _busy.TrySetResult();
            Released.Wait();
            Lines.Add(RenderLogEvent(Layout, logEvent));
        }
    }

    [Test]
    public async Task Stuck_console_delays_nobody_and_what_it_missed_is_told()
    {
        using var factory = new LogFactory();
        var console = new StuckTarget();
        using (LogSetup.Start(new LoggingSettings(), null, factory, console))
        {
            var log = factory.GetLogger("test");
            log.Info("first");
            await console.Busy;

            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Lines; i++)
            {
                log.Info("session {number} {words}", i, _words);
            }

            Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(10)));
            console.Released.Set();
        }

        Assert.That(console.Lines, Does.Contain($"session {Lines - 1} {_words}"));
        var notices = console.Lines.FindAll(l =>
            l.EndsWith("did not accept them fast enough", StringComparison.Ordinal)
        );
        Assert.That(notices, Is.Not.Empty.And.All.Contains("missing from the console"));
        Assert.That(
            console.Lines.Sum(line => sizeof(char) * line.Length),
            Is.InRange(LineQueue.MostBytes / 4, LineQueue.MostBytes)
        );
        var told = notices.Sum(n => int.Parse(n.Split(' ')[0], null));
        var missing = Lines - console.Lines.Count(l => l.StartsWith("session", StringComparison.Ordinal));
        // A notice may itself be among what a later one counts.
        Assert.That(told, Is.InRange(missing, missing + 10));
    }

    [Test]
    public void Console_that_stays_stuck_does_not_hold_up_the_exit()
    {
        using var factory = new LogFactory();
        var console = new StuckTarget();
        var setup = LogSetup.Start(new LoggingSettings(), null, factory, console);
        factory.GetLogger("test").Info("never shown");

        var started = Stopwatch.GetTimestamp();
        setup.Dispose();

        var elapsed = Stopwatch.GetElapsedTime(started);
        console.Released.Set();
        Assert.That(elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }
}
