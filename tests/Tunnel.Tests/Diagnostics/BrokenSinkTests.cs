using NLog;
using NLog.Targets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Diagnostics;

namespace Tunnel.Tests.Diagnostics;

/// <summary>A disk that is full, and a sink that fails in any other way.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BrokenSinkTests : IDisposable
{
    private readonly LogFactory _factory = new();
    private readonly FailingTarget _console = new() { Name = "console", Layout = "${message}" };

    public void Dispose() => _factory.Dispose();

    [Test]
    [Platform("Linux")]
    public void A_full_disk_is_told_of_once_with_what_was_lost()
    {
        var settings = new LoggingSettings { LogFile = "/dev/full" };
        using (LogSetup.Start(settings, null, _factory, _console))
        {
            Log(500);
        }

        var complaints = _console.Lines.FindAll(line => line.Contains("missing from /dev/full"));
        // One when it begins, and what has come since when the log is closed.
        Assert.That(complaints, Has.Count.InRange(1, 2).And.All.Contains("No space left on device"));
        Assert.That(complaints.Sum(line => int.Parse(line.Split(' ')[0], null)), Is.EqualTo(500));
        Assert.That(_console.Lines.Count(line => line == "line"), Is.EqualTo(500), "the other sink goes on");
    }

    [Test]
    public void A_sink_that_works_again_gets_the_lines_from_then_on()
    {
        using (LogSetup.Start(new LoggingSettings(), null, _factory, _console))
        {
            Log(1);
            _console.Broken = true;
            Log(20);
            _console.Broken = false;
            Log(2);
        }

        Assert.That(_console.Lines.Count(line => line == "line"), Is.EqualTo(3));
        Assert.That(_console.Lines[^1], Is.EqualTo("19 log lines missing from the console: the sink is broken"));
    }

    private void Log(int lines)
    {
        for (var i = 0; i < lines; i++)
        {
            _factory.GetLogger("test").Info("line");
            _factory.Flush();
        }
    }

    private sealed class FailingTarget : TargetWithLayout
    {
        public volatile bool Broken;

        public List<string> Lines { get; } = [];

        protected override void Write(LogEventInfo logEvent)
        {
            if (Broken)
            {
                throw new IOException("the sink is broken");
            }

            Lines.Add(RenderLogEvent(Layout, logEvent));
        }
    }
}
