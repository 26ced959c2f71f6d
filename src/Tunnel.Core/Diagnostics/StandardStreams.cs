using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Tunnel.Diagnostics;

/// <summary>
/// Standard output and error of a process that may have been started without them (<c>&gt;&amp;-</c>). Their numbers
/// then go to what is opened next: a pipe of the runtime itself, or a connection, which must not receive log lines.
/// </summary>
public static class StandardStreams
{
    // open(2) and proc_pid_fdinfo(5): the flags are octal, FD_CLOEXEC among them.
    private const int CloseOnExec = 0x80000;

    private const int LastStandardStream = 2;

    // Kept open as long as the process lives.
    private static readonly List<SafeFileHandle> _fillers = [];

    public static TextWriter Output => IsGiven(1) ? Console.Out : TextWriter.Null;

    public static TextWriter Error => IsGiven(2) ? Console.Error : TextWriter.Null;

    /// <summary>
    /// Opens /dev/null for standard streams that are closed, before a connection or a log file gets their numbers.
    /// </summary>
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
                // The system uses the lowest free number.
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
            // There is no /dev/null, or no file left. IsGiven then keeps log lines away from what gets the numbers.
        }
    }

    /// <summary>Whether the process inherited a file: one that is closed at exec cannot have been inherited.</summary>
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
            // Without /proc we cannot know.
            return true;
        }
    }
}
