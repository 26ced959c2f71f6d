using System.Globalization;
using NLog;
using NLog.Config;
using NLog.Targets;
using Tunnel.Text;

namespace Tunnel.Simulator;

/// <summary>The last line of a session, as the product logged it.</summary>
internal sealed record SessionRecord(
    TimeSpan At,
    string? Tunnel,
    string Peer,
    string ClosedBy,
    string Reason,
    long Sent,
    long Received,
    string Detail
)
{
    public bool IsOf(TunnelProcess process) => Tunnel == process.Name;
}

/// <summary>Takes the log of the tunnels under test.</summary>
internal sealed class SessionRecords : Target
{
    private readonly List<SessionRecord> _records = [];
    private readonly List<string> _errors = [];

    private SessionRecords() => Name = "records";

    public static SessionRecords Instance { get; } = Install();

    public IReadOnlyList<SessionRecord> Records => _records;

    /// <summary>Lines that tell of a fault of the tunnel itself.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Where every line goes while a story is told.</summary>
    public Action<string>? Told { get; set; }

    public Scheduler? Scheduler { get; set; }

    /// <summary>Looks at each record when it is written.</summary>
    public Action<SessionRecord>? Written { get; set; }

    public void Clear()
    {
        _records.Clear();
        _errors.Clear();
    }

    protected override void Write(LogEventInfo logEvent)
    {
        Told?.Invoke(logEvent.FormattedMessage);
        if (logEvent.Level >= LogLevel.Error)
        {
            _errors.Add($"{logEvent.FormattedMessage} {logEvent.Exception}");
        }

        if (logEvent.HasProperties && logEvent.Properties.TryGetValue("closed_by", out var closedBy))
        {
            var record = new SessionRecord(
                Scheduler!.Now,
                TunnelLogger.TunnelOf(logEvent),
                Text(logEvent, "peer"),
                closedBy!.ToString()!,
                Text(logEvent, "reason"),
                (long)logEvent.Properties["sent"]!,
                (long)logEvent.Properties["received"]!,
                Text(logEvent, "detail")
            );
            _records.Add(record);
            Written?.Invoke(record);
        }
    }

    private static string Text(LogEventInfo line, string field) =>
        Convert.ToString(line.Properties[field], CultureInfo.InvariantCulture)!;

    private static SessionRecords Install()
    {
        var target = new SessionRecords();
        var configuration = new LoggingConfiguration();
        configuration.AddRule(LogLevel.Debug, LogLevel.Fatal, target);
        LogManager.Configuration = configuration;
        return target;
    }
}
