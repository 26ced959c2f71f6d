using System.Text.Json;
using NLog;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Diagnostics;

namespace Tunnel.Tests.Diagnostics;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConsoleLayoutTests : IDisposable
{
    private readonly LogFactory _factory = new();

    public ConsoleLayoutTests() => LogSetup.UseFields(_factory);

    public void Dispose() => _factory.Dispose();

    [Test]
    public void Json_without_a_file_makes_the_console_json()
    {
        var line = Render(new LoggingSettings { Format = LogFormat.Json }, Closed("eof"));

        using var json = JsonDocument.Parse(line);
        Assert.That(json.RootElement.GetProperty("reason").GetString(), Is.EqualTo("eof"));
    }

    [Test]
    public void Json_that_is_meant_for_the_file_leaves_the_console_to_people()
    {
        var line = Render(new LoggingSettings { Format = LogFormat.Json, LogFile = "t.log" }, Closed("eof"));

        Assert.That(line, Does.EndWith("INFO  session 1 closed: reason=eof detail=-"));
    }

    [TestCase(LogFormat.Json, LogFormat.Text, "t.log", true)]
    [TestCase(LogFormat.Json, LogFormat.Text, null, true)]
    [TestCase(LogFormat.Text, LogFormat.Json, "t.log", false)]
    [TestCase(LogFormat.Text, LogFormat.Json, null, false)]
    public void The_console_has_a_format_of_its_own(LogFormat console, LogFormat format, string? file, bool isJson)
    {
        var settings = new LoggingSettings
        {
            Console = console,
            Format = format,
            LogFile = file,
        };

        Assert.That(Render(settings, Closed("eof"), coloured: true).StartsWith('{'), Is.EqualTo(isJson));
    }

    [TestCase("eof", 32)]
    [TestCase("reset", 33)]
    public void On_a_terminal_the_end_stands_out(string reason, int colour)
    {
        var line = Render(new LoggingSettings(), Closed(reason), coloured: true);

        Assert.That(line, Does.EndWith($" closed: \u001b[{colour}mreason={reason}\u001b[0m detail=-"));
    }

    [TestCase(4, "\u001b[31mERROR\u001b[0m broken")]
    [TestCase(3, "\u001b[33mWARN\u001b[0m  broken")]
    [TestCase(2, "INFO  broken")]
    public void On_a_terminal_what_needs_attention_stands_out(int level, string expected)
    {
        var line = Render(
            new LoggingSettings(),
            new LogEventInfo(LogLevel.FromOrdinal(level), "t", "broken"),
            coloured: true
        );

        Assert.That(line, Does.EndWith(expected));
    }

    [Test]
    public void What_a_peer_sends_gets_no_colour_and_steers_nothing()
    {
        var entry = Event("session 1 closed: reason={reason} detail={detail}", "eof", "\u001b[2J reason=eof");

        var line = Render(new LoggingSettings(), entry, coloured: true);

        Assert.That(line.Split('\u001b'), Has.Length.EqualTo(3), "our own two, before and after the reason");
        Assert.That(line, Does.EndWith(" detail=\"\\u001b[2J reason=eof\""));
    }

    [Test]
    public void Without_a_stream_of_its_own_nothing_is_written_to_whoever_has_its_number()
    {
        using var ours = new FileStream(
            Path.GetTempFileName(),
            FileMode.Open,
            FileAccess.Write,
            FileShare.None,
            1,
            FileOptions.DeleteOnClose
        );

        Assert.That(StandardStreams.IsGiven((int)ours.SafeFileHandle.DangerousGetHandle()), Is.False);
        Assert.That(StandardStreams.IsGiven(1_000_000), Is.False, "not open at all");
        Assert.That(StandardStreams.IsGiven(0), Is.True, "what the test was started with");
    }

    private static string Render(LoggingSettings settings, LogEventInfo entry, bool coloured = false) =>
        LogTargets.ConsoleLayout(settings, coloured).Render(entry);

    private LogEventInfo Closed(string reason) => Event("session 1 closed: reason={reason} detail=-", reason);

    private LogEventInfo Event(string message, params object[] values)
    {
        // As a logger of the factory makes it.
        LogEventInfo? made = null;
        var configuration = new NLog.Config.LoggingConfiguration(_factory);
        configuration.AddRuleForAllLevels(new NLog.Targets.MethodCallTarget("t", (entry, _) => made = entry));
        _factory.Configuration = configuration;
        _factory.GetLogger("test").Info(message, values);
        return made!;
    }
}
