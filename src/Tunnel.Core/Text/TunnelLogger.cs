using NLog;

namespace Tunnel.Text;

/// <summary>
/// The loggers of this program: one for each named tunnel, whose lines all bear its name, and one for everything else.
/// </summary>
public static class TunnelLogger
{
    private const string Shared = "tunnel";
    private const string Prefix = "tunnel ";

    /// <summary>For lines that concern the process, or the only tunnel.</summary>
    public static ILogger OfProcess => Of(null);

    /// <param name="tunnel">Null: the tunnel has no name.</param>
    public static ILogger Of(string? tunnel) => LogManager.GetLogger(tunnel is null ? Shared : Prefix + tunnel);

    /// <summary>The name of the tunnel that a line is about; null for none, or one without a name.</summary>
    public static string? TunnelOf(LogEventInfo line) =>
        line.LoggerName is { } name && name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : null;
}
