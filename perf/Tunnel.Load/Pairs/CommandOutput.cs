using System.Diagnostics;

namespace Tunnel.Load.Pairs;

/// <summary>What a program says and ends.</summary>
internal static class CommandOutput
{
    /// <summary>
    /// The first line that it writes, to either output; <paramref name="containing"/> narrows it down.
    /// </summary>
    public static string FirstLine(string program, string argument, string containing = "")
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, argument) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        // Versions are short: neither pipe can fill up while the other is read.
        var text = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return text.Split('\n').FirstOrDefault(line => line.Length > 0 && line.Contains(containing))?.Trim() ?? "?";
    }
}
