using System.Globalization;
using Tunnel.Net;

namespace Tunnel.Cli;

/// <summary>
/// The settings of this process's runtime as the runtime reports them, whether built in or set by a container or the
/// environment.
/// </summary>
internal static class RuntimeText
{
    private const string SpinLimit = "System.Threading.ThreadPool.UnfairSemaphoreSpinLimit";

    /// <summary>For the log at debug, once the event loops have started.</summary>
    public static string Line()
    {
        var settings = GC.GetConfigurationVariables();
        var heap = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"runtime: {(Is(settings, "ServerGC") ? "server" : "workstation")} collector, "
                + $"{(Is(settings, "ConcurrentGC") ? "concurrent" : "not concurrent")}, at most {heap} MiB for its "
                + $"heap; {EventLoop.EnsureStarted()} event loops; idle threads spin "
                + $"{AppContext.GetData(SpinLimit) ?? "by default"}"
        );
    }

    private static bool Is(IReadOnlyDictionary<string, object> settings, string name) =>
        settings.TryGetValue(name, out var value) && value is true or 1L;
}
