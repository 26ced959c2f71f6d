using System.Globalization;
using NLog;
using NLog.Config;
using NLog.Targets;
using Tunnel.Config;
using Tunnel.Diagnostics;
using Tunnel.Relay;

namespace Tunnel.Cli.Demo;

/// <summary>Takes from the log the lines in which the demo's first session ends, as every user sees them.</summary>
internal sealed class DemoLog : Target
{
    // The line is written when the application is cut; without a session there is none.
    private static readonly TimeSpan _lineLimit = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource<LogEventInfo> _server = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource<LogEventInfo> _client = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly string _target;

    public DemoLog(int targetPort)
    {
        Name = "demo";
        _target = new HostPort("127.0.0.1", targetPort).ToString();
        // Before the first line: NLog keeps the formatter that it finds then, and the log that --stay shows needs ours.
        LogSetup.UseFields(LogManager.LogFactory);
        var configuration = new LoggingConfiguration();
        configuration.AddRule(LogLevel.Info, LogLevel.Fatal, this);
        LogManager.Configuration = configuration;
    }

    /// <summary>The server's line about the first session that ended.</summary>
    public Task<LogEventInfo> ServerLine => _server.Task;

    /// <summary>
    /// Why the first session failed, in the words of the side that knows; null if nothing was logged.
    /// </summary>
    public async Task<string?> WhyAsync()
    {
        if (await ArrivedAsync(_client.Task) is not { } line)
        {
            return null;
        }

        // The server tells its peer in few words what it did, and its own log in full.
        if (Field(line, "closed_by") == Party.Server.Word() && await ArrivedAsync(_server.Task) is { } servers)
        {
            line = Field(servers, "closed_by") == Party.Client.Word() ? line : servers;
        }

        return $"closed by {Field(line, "closed_by")}: {Field(line, "reason")}: {Field(line, "detail")}";
    }

    private static async Task<LogEventInfo?> ArrivedAsync(Task<LogEventInfo> line) =>
        await Task.WhenAny(line, Task.Delay(_lineLimit)) == line ? await line : null;

    public static string Field(LogEventInfo line, string name) =>
        Convert.ToString(line.Properties[name], CultureInfo.InvariantCulture) ?? "-";

    protected override void Write(LogEventInfo logEvent)
    {
        if (logEvent.Properties.ContainsKey("closed_by"))
        {
            (_target == logEvent.Properties["target"]?.ToString() ? _server : _client).TrySetResult(logEvent);
        }
    }
}
