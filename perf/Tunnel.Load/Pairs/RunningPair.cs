using System.Diagnostics;
using Tunnel.Load.Ends;

namespace Tunnel.Load.Pairs;

/// <summary>The two processes of a pair, with another client beside them, or none for the direct connection.</summary>
internal sealed class RunningPair : IDisposable
{
    private readonly Process[] _processes;

    private RunningPair(int port, params Process[] processes)
    {
        Port = port;
        _processes = processes;
    }

    /// <summary>Where clients connect to, over TLS.</summary>
    public int ServerPort { get; private init; }

    /// <summary>Where applications of another client of the same server connect to; 0: there is none.</summary>
    public int Other { get; private init; }

    /// <summary>Where applications connect to.</summary>
    public int Port { get; }

    /// <summary>The longer of the two times from the start of a process to its first accepted connection.</summary>
    public TimeSpan StartTime { get; private init; }

    public static RunningPair Direct(int targetPort) => new(targetPort);

    /// <exception cref="InvalidOperationException">
    /// A process does not start; the message has its last words.
    /// </exception>
    public static RunningPair Start(Contender contender, PairSetup setup, bool withOther)
    {
        List<Process> processes = [];
        try
        {
            var (serverCommand, clientCommand) = Prepare(contender, setup);
            var serverTime = Start(processes, serverCommand, setup.ServerPort, setup.LogOf("server"));
            var clientTime = Start(processes, clientCommand, setup.ClientPort, setup.LogOf("client"));
            var other = setup.Other();
            if (withOther)
            {
                Start(processes, Prepare(contender, other).Client, other.ClientPort, other.LogOf("client"));
            }

            return new RunningPair(setup.ClientPort, [.. processes])
            {
                StartTime = serverTime > clientTime ? serverTime : clientTime,
                ServerPort = setup.ServerPort,
                Other = withOther ? other.ClientPort : 0,
            };
        }
        catch
        {
            processes.ForEach(LoadProcess.Stop);
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

    /// <summary>Of the client and of the server.</summary>
    public IEnumerable<int> ProcessIds => [_processes[1].Id, _processes[0].Id];

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

    private static (string[] Server, string[] Client) Prepare(Contender contender, PairSetup setup)
    {
        Directory.CreateDirectory(setup.Directory);
        return contender.Prepare(setup);
    }

    private static TimeSpan Start(List<Process> processes, string[] command, int port, string log)
    {
        var started = Stopwatch.GetTimestamp();
        processes.Add(LoadProcess.Start(command[0], command[1..], log));
        Listening.Wait(port, processes[^1], log);
        return Stopwatch.GetElapsedTime(started);
    }
}
