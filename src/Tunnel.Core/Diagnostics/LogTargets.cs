using NLog;
using NLog.Layouts;
using NLog.Targets;
using Tunnel.Config;

namespace Tunnel.Diagnostics;

/// <summary>Where log lines go and how they look there.</summary>
internal static class LogTargets
{
    private const long BytesPerMiB = 1024 * 1024;

    /// <summary>
    /// Standard output, as containers and systemd expect of a service. In JSON when that is asked for and there is no
    /// file that it could be meant for.
    /// </summary>
    public static Target Console(LoggingSettings settings) =>
        StandardStreams.IsGiven(1)
            ? new ConsoleTarget("console") { Layout = ConsoleLayout(settings, Colours.AreWelcome) }
            : new NullTarget("console");

    /// <param name="coloured">Where text is for a terminal.</param>
    internal static Layout ConsoleLayout(LoggingSettings settings, bool coloured) =>
        settings is { Format: LogFormat.Json, LogFile: null } ? Lines(JsonLine.Format)
        : coloured ? Lines(TextLine.FormatInColour)
        : Lines(TextLine.Format);

    /// <summary>
    /// A file, archived beside itself as <c>name_yyyyMMdd_NN.ext</c> when it is full or the day (UTC) ends; the file
    /// being written keeps its name.
    /// </summary>
    public static Target File(LoggingSettings settings, string path) =>
        new FileTarget("file")
        {
            // A literal: NLog would run "${...}" in a path as a template.
            FileName = Layout.FromLiteral(path),
            ArchiveFileName = Layout.FromLiteral(path),
            ArchiveAboveSize = settings.MaxSizeMiB * BytesPerMiB,
            ArchiveEvery = FileArchivePeriod.Day,
            MaxArchiveDays = settings.MaxAgeDays,
            MaxArchiveFiles = settings.MaxFiles,
            LineEnding = LineEndingMode.LF,
            // Opened by its name for each batch of lines, and written at its end: whoever renames, deletes or truncates it,
            // or takes its directory away, finds the next lines where the name says, without having to tell us.
            KeepFileOpen = false,
            Layout = Lines(settings.Format == LogFormat.Json ? JsonLine.Format : TextLine.Format),
        };

    // Agnostic of threads: formatted by the queue's thread, not by the event loop that logs.
    private static Layout Lines(Func<LogEventInfo, string> format) =>
        Layout.FromMethod(format, LayoutRenderOptions.ThreadAgnostic);
}
