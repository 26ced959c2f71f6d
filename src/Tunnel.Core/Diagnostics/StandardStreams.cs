using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Tunnel.Diagnostics;

/// <summary>
/// Standard output and error of a process that may have been started without them (<c>&gt;&amp;-</c>). Their numbers then go
/// to whatever is opened next: a pipe of the runtime itself, or a connection, which must not get log lines.
/// </summary>
public static class StandardStreams
{
    // open(2) and proc_pid_fdinfo(5): octal in the file, FD_CLOEXEC among the flags.
    private const int CloseOnExec = 0x80000;

    private const int LastStandardStream = 2;

    // Kept open as long as the process.
    private static readonly List<SafeFileHandle> _fillers = [];

    public static TextWriter Output => IsGiven(1) ? Console.Out : TextWriter.Null;

    public static TextWriter Error => IsGiven(2) ? Console.Error : TextWriter.Null;

    /// <summary>Standard streams that are closed become /dev/null, before a connection or a log file gets their numbers.</summary>
    public static void FillGaps()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            while (true)
            {
                // The system gives the lowest number that is free.
                var filler = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                if (filler.DangerousGetHandle() > LastStandardStream)
                {
                    filler.Dispose();
                    return;
                }

                _fillers.Add(filler);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /dev/null here, or no file left. IsGiven keeps log lines away from what gets the numbers.
        }
    }

    /// <summary>Whether a file came from whoever started the process: those that are closed at exec cannot have come so.</summary>
    /// <param name="file">Number of an open or closed file.</param>
    public static bool IsGiven(int file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{file}");
            var flags = File.ReadLines(path).First(line => line.StartsWith("flags:", StringComparison.Ordinal));
            return (Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & CloseOnExec) == 0;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // Without /proc there is nothing to tell by.
            return true;
        }
    }
}
