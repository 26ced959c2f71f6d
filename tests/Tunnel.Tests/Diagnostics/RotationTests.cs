using NLog;
using NLog.Targets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Diagnostics;

namespace Tunnel.Tests.Diagnostics;

/// <summary>
/// What others do to the log file while it is written: logrotate in both its ways, and people with a shell.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RotationTests : IDisposable
{
    private readonly LogDirectory _directory = new();
    private readonly LogFactory _factory = new();
    private readonly LogSetup _setup;
    private readonly string _file;

    public RotationTests()
    {
        _file = _directory.PathOf("logs/tunnel.log");
        _setup = LogSetup.Start(new LoggingSettings { LogFile = _file }, null, _factory, new NullTarget());
        Log("before");
    }

    public void Dispose()
    {
        _setup.Dispose();
        _factory.Dispose();
        _directory.Dispose();
    }

    [Test]
    public void Renamed_with_a_new_file_in_its_place()
    {
        File.Move(_file, _file + ".1");
        File.WriteAllText(_file, "");
        Log("after");

        Assert.That(Messages(_file), Is.EqualTo((string[])["after"]));
        Assert.That(Messages(_file + ".1"), Is.EqualTo((string[])["before"]));
    }

    [Test]
    public void Renamed_without_a_new_file()
    {
        File.Move(_file, _file + ".1");
        Log("after");

        Assert.That(Messages(_file), Is.EqualTo((string[])["after"]));
    }

    [Test]
    public void Copied_and_truncated()
    {
        File.Copy(_file, _file + ".1");

        using (new FileStream(_file, FileMode.Truncate)) { }

        Log("after");

        Assert.That(File.ReadAllText(_file), Does.Not.Contain('\0'), "no hole where the old lines were");
        Assert.That(Messages(_file), Is.EqualTo((string[])["after"]));
    }

    [Test]
    public void Deleted()
    {
        File.Delete(_file);
        Log("after");

        Assert.That(Messages(_file), Is.EqualTo((string[])["after"]));
    }

    [Test]
    public void Directory_deleted()
    {
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
        Log("after");

        Assert.That(Messages(_file), Is.EqualTo((string[])["after"]));
    }

    [Test]
    public void Written_by_somebody_else_as_well()
    {
        File.AppendAllText(_file, "x x  theirs\n");
        Log("after");

        Assert.That(Messages(_file), Is.EqualTo((string[])["before", "theirs", "after"]));
    }

    private void Log(string message)
    {
        _factory.GetLogger("test").Info(message);
        _factory.Flush();
    }

    private static IEnumerable<string> Messages(string file) =>
        File.ReadAllLines(file).Select(line => line.Split("  ")[1]);
}
