using NLog;

namespace Tunnel.Diagnostics;

/// <summary>Colours of a terminal, used only where they are wanted.</summary>
internal static class Colours
{
    public const string Off = "\u001b[0m";

    private const string Red = "\u001b[31m";
    private const string Green = "\u001b[32m";
    private const string Yellow = "\u001b[33m";
    private const string Grey = "\u001b[90m";

    /// <summary>Output goes to a terminal, it has colours, and <c>NO_COLOR</c> (no-color.org) is not set.</summary>
    public static bool AreWelcome =>
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is { } terminal and not ("" or "dumb");

    /// <summary>Null where a line needs no attention.</summary>
    public static string? OfLevel(LogLevel level) =>
        level >= LogLevel.Error ? Red
        : level >= LogLevel.Warn ? Yellow
        : level <= LogLevel.Debug ? Grey
        : null;

    /// <summary>Green for an end in order.</summary>
    public static string OfReason(string reason) => reason == Fields.EndInOrder ? Green : Yellow;
}
