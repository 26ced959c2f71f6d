using NLog;
using NLog.Layouts;
using NLog.Targets;
using Tunnel.Config;

namespace Tunnel.Diagnostics;

/// <summary>Where log lines go, and their layout there.</summary>
internal static class LogTargets
{
    private const long BytesPerMiB = 1024 * 1024;

    /// <summary>
    /// Standard output, as containers and systemd expect of a service.
    /// </summary>
    public static Target Console(LoggingSettings settings) =>
        StandardStreams.IsGiven(1)
            ? new ConsoleTarget("console") { Layout = ConsoleLayout(settings, Colours.AreWelcome) }
            : new NullTarget("console");

    /// <param name="coloured">The text is for a terminal.</param>
    internal static Layout ConsoleLayout(LoggingSettings settings, bool coloured) =>
        settings.ConsoleFormat == LogFormat.Json ? Lines(JsonLine.Format)
        : coloured ? Lines(TextLine.FormatInColour)
        : Lines(TextLine.Format);

    /// <summary>
    /// A file, archived beside itself as <c>name_yyyyMMdd_NN.ext</c> when it is full or the day (UTC) ends; the file
    /// being written keeps its name.
    /// </summary>
    public static Target File(LoggingSettings settings, string path) =>
        new FileTarget("file")
        {
            // A literal: NLog would evaluate "${...}" in a path as a template.
            FileName = Layout.FromLiteral(path),
            ArchiveFileName = Layout.FromLiteral(path),
            ArchiveAboveSize = settings.MaxSizeMiB * BytesPerMiB,
            ArchiveEvery = FileArchivePeriod.Day,
            MaxArchiveDays = settings.MaxAgeDays,
            MaxArchiveFiles = settings.MaxFiles,
            LineEnding = LineEndingMode.LF,
            // Opened by its name for each batch of lines and appended to: after somebody renames, deletes or truncates
            // it, or removes its directory, the next lines are in the file of that name, and nobody needs to tell us.
            KeepFileOpen = false,
            Layout = Lines(settings.Format == LogFormat.Json ? JsonLine.Format : TextLine.Format),
        };

    // Thread-agnostic: formatted on the queue's thread, not on the event loop that logs.
    private static Layout Lines(Func<LogEventInfo, string> format) =>
        Layout.FromMethod(format, LayoutRenderOptions.ThreadAgnostic);
}
