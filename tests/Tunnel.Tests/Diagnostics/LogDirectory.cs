using NLog;
using NLog.Targets;
using Tunnel.Config;
using Tunnel.Diagnostics;

namespace Tunnel.Tests.Diagnostics;

/// <summary>A directory of its own for one test's log files, and a way to log into it.</summary>
internal sealed class LogDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tunnel-log-");

    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    public string[] Files() => [.. _directory.GetFiles().Select(f => f.FullName).Order()];

    /// <summary>Logs through a factory of its own, flushes, and returns the lines of the log file.</summary>
    public static string[] Log(LoggingSettings settings, Action<Logger> write, LogLevelSetting? level = null)
    {
        using var factory = new LogFactory();
        using (LogSetup.Start(settings, level, factory, new NullTarget()))
        {
            write(factory.GetLogger("test"));
        }

        return File.ReadAllLines(settings.LogFile!);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
