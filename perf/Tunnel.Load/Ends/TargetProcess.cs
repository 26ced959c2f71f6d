using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Tunnel.Load.Ends;

/// <summary>The target as a process of this same program.</summary>
internal sealed class TargetProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _log;

    private TargetProcess(Process process, string log)
    {
        _process = process;
        _log = log;
    }

    /// <param name="style"><see cref="Target.Threads"/> or <see cref="Target.Events"/>.</param>
    public static TargetProcess Start(string style, int port, string directory)
    {
        var log = Path.Combine(directory, "target.log");
        File.Delete(log);
        var process = LoadProcess.Start(
            Environment.ProcessPath!,
            ["target", style, port.ToString(CultureInfo.InvariantCulture)],
            log
        );
        Listening.Wait(port, process, log);
        return new TargetProcess(process, log);
    }

    /// <exception cref="InvalidDataException">The target has seen bytes that were not sent.</exception>
    public void ThrowIfItComplained()
    {
        if (File.ReadAllText(_log) is { Length: > 0 } complaint)
        {
            throw new InvalidDataException($"the target says: {complaint.Trim()}");
        }
    }

    public void Dispose() => LoadProcess.Stop(_process);
}

/// <summary>Waits for a server that is starting.</summary>
internal static class Listening
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    public static void Wait(int port, Process process, string log)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                Wire.Dial(port).Dispose();
                return;
            }
            catch (SocketException)
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(started) > _limit)
                {
                    throw new InvalidOperationException($"did not start: {LastLine(log)}");
                }

                Thread.Sleep(1);
            }
        }
    }

    private static string LastLine(string log) =>
        File.Exists(log) ? File.ReadLines(log).LastOrDefault(line => line.Trim().Length > 0) ?? "" : "";
}
