using System.Globalization;
using Tunnel.Load.Pairs;

namespace Tunnel.Load.Machine;

/// <summary>On what a run was made: one line each, so that figures of two runs can be told apart.</summary>
internal static class MachineText
{
    public static IEnumerable<string> Lines(Options options) =>
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"- {DateTime.UtcNow:yyyy-MM-dd}: {options.Rounds} rounds; {options.Measure.TotalSeconds:0.##} s "
                    + $"warm, {options.Cold.TotalSeconds:0.##} s cold"
            ),
            string.Create(
                CultureInfo.InvariantCulture,
                $"- {Environment.ProcessorCount} x {Value("/proc/cpuinfo", "model name", ':')}, {MemoryGiB():0} GiB"
            ),
            $"- Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, "
                + $"{Value("/etc/os-release", "PRETTY_NAME", '=')}, "
                + $"{OpenSsl()}; load and target on .NET {Environment.Version}",
        ];

    private static string OpenSsl() =>
        File.Exists("/usr/bin/openssl") ? CommandOutput.FirstLine("/usr/bin/openssl", "version") : "OpenSSL ?";

    private static double MemoryGiB() =>
        double.Parse(Value("/proc/meminfo", "MemTotal", ':').Split(' ')[0], CultureInfo.InvariantCulture) / (1 << 20);

    private static string Value(string file, string key, char separator) =>
        File.ReadLines(file)
            .Where(line => line.StartsWith(key, StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(separator) + 1)..].Trim().Trim('"'))
            .FirstOrDefault("?");
}
