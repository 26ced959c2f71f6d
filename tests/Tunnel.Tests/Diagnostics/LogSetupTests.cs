using System.Net;
using System.Text.Json;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Diagnostics;
using Tunnel.Text;

namespace Tunnel.Tests.Diagnostics;

public sealed class LogSetupTests
{
    private LogDirectory _directory = null!;
    private LoggingSettings _settings = null!;

    [SetUp]
    public void SetUp()
    {
        _directory = new LogDirectory();
        _settings = new LoggingSettings { LogFile = _directory.PathOf("tunnel.log") };
    }

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void Text_line_has_utc_time_with_milliseconds_level_and_message()
    {
        var before = DateTime.UtcNow;
        var lines = LogDirectory.Log(_settings, log => log.Info("session {Id} from {Peer}", 7, "db.example"));

        Assert.That(lines, Has.Length.EqualTo(1));
        Assert.That(lines[0], Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO  session 7 from db.example$"));
        var time = DateTimeOffset.Parse(lines[0].Split(' ')[0], null).UtcDateTime;
        Assert.That(time, Is.EqualTo(before).Within(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void Json_line_carries_properties_as_fields()
    {
        var settings = _settings with { Format = LogFormat.Json };
        var peer = IPEndPoint.Parse("[::1]:4433");
        const string Name = "b \"quoted\"\n";

        var lines = LogDirectory.Log(
            settings,
            log =>
                log.Warn(
                    "session {session:l} closed: peer={peer} name={name} handshake_ms={handshake_ms} "
                        + "resumed={resumed} none={none}",
                    "57aa-1",
                    peer,
                    Name,
                    12.5,
                    false,
                    FieldText.None
                )
        );

        Assert.That(lines, Has.Length.EqualTo(1));
        using var json = JsonDocument.Parse(lines[0]);
        var root = json.RootElement;
        Assert.That(root.GetProperty("time").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
        Assert.That(root.GetProperty("level").GetString(), Is.EqualTo("warn"));
        Assert.That(root.GetProperty("message").GetString(), Is.EqualTo("session 57aa-1 closed"));
        Assert.That(root.GetProperty("session").GetString(), Is.EqualTo("57aa-1"));
        Assert.That(root.GetProperty("peer").GetString(), Is.EqualTo("[::1]:4433"));
        Assert.That(root.GetProperty("name").GetString(), Is.EqualTo(Name));
        Assert.That(root.GetProperty("handshake_ms").GetDouble(), Is.EqualTo(12.5));
        Assert.That(root.GetProperty("resumed").GetBoolean(), Is.False);
        Assert.That(root.TryGetProperty("none", out _), Is.False);
    }

    [Test]
    public void Json_line_stays_one_line_and_parses_whatever_a_value_holds()
    {
        var settings = _settings with { Format = LogFormat.Json };
        var nasty = string.Concat(Enumerable.Range(0, 0x300).Select(c => (char)c)) + "\u2028\u202e\ud800";

        var lines = LogDirectory.Log(settings, log => log.Error(new IOException(nasty), "from {peer}", nasty));

        Assert.That(lines, Has.Length.EqualTo(1));
        using var json = JsonDocument.Parse(lines[0]);
        Assert.That(json.RootElement.GetProperty("peer").GetString(), Does.Contain("\u001b").And.Contain("\n"));
        Assert.That(json.RootElement.GetProperty("exception").GetString(), Does.Contain("IOException"));
    }

    [Test]
    public void Text_line_shows_control_characters_instead_of_obeying_them()
    {
        const string Forged = "x\n2026-01-01T00:00:00.000Z INFO  all is well\r\u001b[2J\u0085\u2028\u202eend é";

        var lines = LogDirectory.Log(_settings, log => log.Info("peer {peer:l}", Forged));

        Assert.That(lines, Has.Length.EqualTo(1));
        Assert.That(
            lines[0],
            Does.EndWith(@"x\n2026-01-01T00:00:00.000Z INFO  all is well\r\u001b[2J\u0085\u2028\u202eend é")
        );
    }

    [Test]
    public void Exception_text_is_indented_so_that_it_cannot_pose_as_an_entry()
    {
        var lines = LogDirectory.Log(
            _settings,
            log => log.Error(new IOException("a\n2026-01-01T00:00Z INFO  b"), "failed")
        );

        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(lines[0], Does.EndWith("ERROR failed"));
        Assert.That(lines.Skip(1), Has.All.StartsWith("    "));
    }

    [TestCase(LogLevelSetting.Info, null, "INFO,WARN,ERROR")]
    [TestCase(LogLevelSetting.Error, null, "ERROR")]
    [TestCase(LogLevelSetting.Error, LogLevelSetting.Debug, "DEBUG,INFO,WARN,ERROR")]
    [TestCase(LogLevelSetting.Info, LogLevelSetting.Trace, "TRACE,DEBUG,INFO,WARN,ERROR")]
    public void Level_decides_what_is_written(LogLevelSetting level, LogLevelSetting? instead, string expected)
    {
        var lines = LogDirectory.Log(
            _settings with
            {
                Level = level,
            },
            log =>
            {
                log.Trace("-");
                log.Debug("-");
                log.Info("-");
                log.Warn("-");
                log.Error("-");
            },
            instead
        );

        Assert.That(string.Join(',', lines.Select(l => l.Split(' ')[1])), Is.EqualTo(expected));
    }

    [Test]
    public void Full_file_is_archived_and_only_so_many_archives_are_kept()
    {
        const int MiB = 1024 * 1024;
        const int LineLength = 1024;
        const int Batch = 100;
        var settings = _settings with { MaxSizeMiB = 1, MaxFiles = 2 };

        LogDirectory.Log(
            settings,
            log =>
            {
                for (var i = 1; i <= 5 * MiB / LineLength; i++)
                {
                    log.Info(new string('x', LineLength));
                    if (i % Batch == 0)
                    {
                        // The size is looked at between the batches that come out of the queue.
                        log.Factory.Flush();
                    }
                }
            }
        );

        var archives = _directory.Files().Where(f => f != settings.LogFile).ToArray();
        Assert.That(archives, Has.Length.EqualTo(2));
        Assert.That(
            archives.Select(f => new FileInfo(f).Length),
            Has.All.InRange(MiB - (2 * LineLength), MiB + (2 * Batch * LineLength))
        );
    }

    [Test]
    public void Restart_appends_and_missing_directories_are_made()
    {
        var settings = _settings with { LogFile = _directory.PathOf("a/b ${level}/tunnel.log") };

        LogDirectory.Log(settings, log => log.Info("first"));
        var lines = LogDirectory.Log(settings, log => log.Info("second"));

        Assert.That(lines.Select(l => l.Split("  ")[1]), Is.EqualTo((string[])["first", "second"]));
    }

    [Test]
    public void File_that_cannot_be_opened_is_an_error_at_start()
    {
        File.WriteAllText(_directory.PathOf("file"), "");
        var settings = _settings with { LogFile = _directory.PathOf("file/tunnel.log") };

        Assert.That(
            () => LogSetup.Start(settings),
            Throws
                .InstanceOf<LogFileException>()
                .With.Message.Contains(settings.LogFile)
                .And.Message.Contains("logging.log_file")
        );
    }
}
