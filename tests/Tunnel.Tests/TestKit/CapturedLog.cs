using System.Collections.Concurrent;
using System.Threading.Channels;
using NLog;
using NLog.Config;
using NLog.Targets;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// The log as its readers see it. One for the whole test process; a test asks for the lines about its own addresses,
/// which no other test uses.
/// </summary>
public sealed class CapturedLog : Target
{
    private static readonly Lazy<CapturedLog> _instance = new(Install);

    private readonly ConcurrentQueue<Channel<LogEventInfo>> _readers = new();

    private CapturedLog() => Name = "captured";

    /// <summary>From now on every line goes to the channel as well.</summary>
    public static ChannelReader<LogEventInfo> Listen()
    {
        var channel = Channel.CreateUnbounded<LogEventInfo>();
        _instance.Value._readers.Enqueue(channel);
        return channel.Reader;
    }

    protected override void Write(LogEventInfo logEvent)
    {
        foreach (var reader in _readers)
        {
            reader.Writer.TryWrite(logEvent);
        }
    }

    private static CapturedLog Install()
    {
        var target = new CapturedLog();
        var configuration = new LoggingConfiguration();
        configuration.AddRule(LogLevel.Debug, LogLevel.Fatal, target);
        LogManager.Configuration = configuration;
        return target;
    }
}
