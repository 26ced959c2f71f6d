namespace Tunnel.Config;

/// <summary>Console and file logging, and which lines a session has.</summary>
public sealed record LoggingSettings
{
    public LogLevelSetting Level { get; init; } = LogLevelSetting.Info;

    /// <summary>Null: no file.</summary>
    public string? LogFile { get; init; }

    /// <summary>Of the file.</summary>
    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>Of standard output; null: that of <see cref="Format"/> if there is no file, else text.</summary>
    public LogFormat? Console { get; init; }

    /// <inheritdoc cref="Console"/>
    public LogFormat ConsoleFormat => Console ?? (LogFile is null ? Format : LogFormat.Text);

    public SessionLines Sessions { get; init; } = SessionLines.End;

    /// <summary>Time between two lines of a live session, from 1 s; null: none.</summary>
    public TimeSpan? SessionInterval { get; init; }

    /// <summary>The file is archived when it grows larger than this.</summary>
    public int MaxSizeMiB { get; init; } = 100;

    /// <summary>Archives older than this are deleted.</summary>
    public int MaxAgeDays { get; init; } = 30;

    /// <summary>At most this many archives are kept.</summary>
    public int MaxFiles { get; init; } = 30;
}

/// <summary>How a line of the log is written.</summary>
public enum LogFormat
{
    Text,
    Json,
}

/// <summary>Which lines a session has.</summary>
public enum SessionLines
{
    /// <summary>The one in which it ends.</summary>
    End,

    /// <summary>Another one when it begins to relay.</summary>
    All,
}

/// <summary>Levels of the log, from the most to the least verbose.</summary>
public enum LogLevelSetting
{
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}
