using NLog;
using NLog.Layouts;
using NLog.Targets;
using Tunnel.Config;

namespace Tunnel.Diagnostics;

/// <summary>Where log lines go and how they look there.</summary>
internal static class LogTargets
{
    private const long BytesPerMiB = 1024 * 1024;

    /// <summary>Standard output, as containers and systemd expect of a service.</summary>
    public static Target Console() => new ConsoleTarget("console") { Layout = Text() };

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
            Layout = settings.FileFormat == LogFormat.Json ? Json() : Text(),
        };

    // Agnostic of threads: formatted by the queue's thread, not by the event loop that logs.
    private static Layout Text() => Layout.FromMethod(TextLine.Format, LayoutRenderOptions.ThreadAgnostic);

    private static JsonLayout Json() =>
        new()
        {
            Attributes =
            {
                new JsonAttribute("time", @"${date:universalTime=true:format=yyyy-MM-ddTHH\:mm\:ss.fffZ}"),
                new JsonAttribute("level", "${level:lowercase=true}"),
                new JsonAttribute("message", "${message}"),
                new JsonAttribute("exception", "${exception:format=tostring}"),
            },
            IncludeEventProperties = true,
            SuppressSpaces = true,
            // An address or a certificate name is one string, not an object of its properties.
            MaxRecursionLimit = 0,
        };
}
