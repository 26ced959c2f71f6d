using System.Threading.Channels;
using NLog;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>All lines that are written meanwhile: what peers do is no error, and each is one harmless line.</summary>
internal sealed class LogWatch : IDisposable
{
    // Every field of a line has its limit; together they stay below this.
    private const int MostLetters = 4096;

    private readonly Channel<LogEventInfo> _log = CapturedLog.Listen();

    /// <summary>Of level info and above, since the last look.</summary>
    public int Written { get; private set; }

    /// <summary>Looks at what has come since the last time.</summary>
    public void Look()
    {
        var lines = CapturedLog.Come(_log);
        foreach (var line in lines)
        {
            var text = line.FormattedMessage;
            Assert.That(line.Level, Is.LessThan(LogLevel.Error), text);
            Assert.That(line.Exception, Is.Null, text);
            Assert.That(text, Has.Length.LessThan(MostLetters));
            Assert.That(text.Any(char.IsControl), Is.False, $"a line of the log that is not one line: {text}");
        }

        Written = lines.Count(line => line.Level >= LogLevel.Info);
    }

    public void Dispose() => CapturedLog.Leave(_log);
}
