using System.Diagnostics;
using Tunnel.Load.Ends;

namespace Tunnel.Load.Pairs;

/// <summary>The two processes of a pair, or none for the direct connection.</summary>
internal sealed class RunningPair : IDisposable
{
    private readonly Process[] _processes;

    private RunningPair(int port, params Process[] processes)
    {
        Port = port;
        _processes = processes;
    }

    /// <summary>Where applications connect to.</summary>
    public int Port { get; }

    /// <summary>The longer of the two times from the start of a process to its first accepted connection.</summary>
    public TimeSpan StartTime { get; private init; }

    public static RunningPair Direct(int targetPort) => new(targetPort);

    /// <exception cref="InvalidOperationException">
    /// A process does not start; the message has its last words.
    /// </exception>
    public static RunningPair Start(Contender contender, PairSetup setup)
    {
        Directory.CreateDirectory(setup.Directory);
        var (serverCommand, clientCommand) = contender.Prepare(setup);
        var (server, serverTime) = Start(serverCommand, setup.ServerPort, Path.Combine(setup.Directory, "server.log"));
        try
        {
            var (client, clientTime) = Start(
                clientCommand,
                setup.ClientPort,
                Path.Combine(setup.Directory, "client.log")
            );
            return new RunningPair(setup.ClientPort, server, client)
            {
                StartTime = serverTime > clientTime ? serverTime : clientTime,
            };
        }
        catch
        {
            LoadProcess.Stop(server);
            throw;
        }
    }

    /// <exception cref="InvalidOperationException">A process has ended, which it should not.</exception>
    public void ThrowIfEnded()
    {
        if (_processes.FirstOrDefault(process => process.HasExited) is { } ended)
        {
            throw new InvalidOperationException($"a process of the pair has ended with exit code {ended.ExitCode}");
        }
    }

    /// <summary>CPU time of both processes and their children so far, user and system.</summary>
    public TimeSpan Cpu => _processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + ProcessStats.Cpu(process.Id));

    /// <summary>Resident memory of both processes and their children, shared pages divided among their users.</summary>
    public long MemoryBytes => _processes.Sum(process => ProcessStats.MemoryBytes(process.Id));

    /// <summary>Of the process with its children that has more of it.</summary>
    public long LargerMemoryBytes => _processes.Max(process => ProcessStats.MemoryBytes(process.Id));

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            LoadProcess.Stop(process);
        }
    }

    private static (Process, TimeSpan) Start(string[] command, int port, string log)
    {
        var started = Stopwatch.GetTimestamp();
        var process = LoadProcess.Start(command[0], command[1..], log);
        try
        {
            Listening.Wait(port, process, log);
            return (process, Stopwatch.GetElapsedTime(started));
        }
        catch
        {
            LoadProcess.Stop(process);
            throw;
        }
    }
}
