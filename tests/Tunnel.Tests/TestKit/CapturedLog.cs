using System.Collections.Concurrent;
using System.Threading.Channels;
using NLog;
using NLog.Config;
using NLog.Targets;
using Tunnel.Diagnostics;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// The log as its readers see it. One for the whole test process; a test asks for the lines about its own addresses,
/// which no other test uses.
/// </summary>
public sealed class CapturedLog : Target
{
    private static readonly Lazy<CapturedLog> _instance = new(Install);

    private readonly ConcurrentDictionary<Channel<LogEventInfo>, bool> _listeners = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private CapturedLog() => Name = "captured";

    /// <summary>Every line since <see cref="ForgetErrors"/> that tells of a fault of the tunnel itself.</summary>
    public static IReadOnlyCollection<string> Errors => _instance.Value._errors;

    public static void ForgetErrors() => _instance.Value._errors.Clear();

    /// <summary>From now on every line goes to the channel as well.</summary>
    public static Channel<LogEventInfo> Listen()
    {
        var channel = Channel.CreateUnbounded<LogEventInfo>();
        _instance.Value._listeners[channel] = true;
        return channel;
    }

    /// <summary>The lines that have come since it was asked last.</summary>
    public static IReadOnlyList<LogEventInfo> Come(Channel<LogEventInfo> channel)
    {
        var lines = new List<LogEventInfo>();
        while (channel.Reader.TryRead(out var line))
        {
            lines.Add(line);
        }

        return lines;
    }

    public static void Leave(Channel<LogEventInfo> channel) => _instance.Value._listeners.TryRemove(channel, out _);

    protected override void Write(LogEventInfo logEvent)
    {
        if (
            logEvent.Level >= LogLevel.Error
            || logEvent.FormattedMessage.Replace("alert internal_error", "").Contains("internal_error")
        )
        {
            _errors.Enqueue($"{logEvent.FormattedMessage} {logEvent.Exception}");
        }

        foreach (var listener in _listeners.Keys)
        {
            listener.Writer.TryWrite(logEvent);
        }
    }

    private static CapturedLog Install()
    {
        var target = new CapturedLog();
        var configuration = new LoggingConfiguration();
        configuration.AddRule(LogLevel.Debug, LogLevel.Fatal, target);
        LogSetup.UseFields(LogManager.LogFactory);
        LogManager.Configuration = configuration;
        return target;
    }
}
