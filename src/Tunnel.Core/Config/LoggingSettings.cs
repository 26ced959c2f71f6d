namespace Tunnel.Config;

/// <summary>
/// Console and file logging. <see cref="Format"/> applies to the file or, if there is none, to the console.
/// </summary>
public sealed record LoggingSettings
{
    public LogLevelSetting Level { get; init; } = LogLevelSetting.Info;

    /// <summary>Null: no file.</summary>
    public string? LogFile { get; init; }

    public LogFormat Format { get; init; } = LogFormat.Text;

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

/// <summary>Levels of the log, from the most to the least verbose.</summary>
public enum LogLevelSetting
{
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}
