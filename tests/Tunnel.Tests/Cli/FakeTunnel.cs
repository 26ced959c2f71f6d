using System.Collections.Concurrent;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Cli;

/// <summary>A tunnel whose draining ends when the test says so.</summary>
internal sealed class FakeTunnel : IRunningTunnel
{
    private readonly TaskCompletionSource _draining = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _killing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When set, the test says by <see cref="Lingered"/> when the listeners are closed.</summary>
    public TimeSpan ShutdownDelay { get; init; }

    public Task StopAsked => Stop.Task;

    /// <summary>Set when somebody asks it to stop.</summary>
    public TaskCompletionSource Stop { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeSpan ShutdownLimit => TimeSpan.FromSeconds(30);

    public TaskCompletionSource Lingered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when draining is asked for.</summary>
    public Task Draining => _draining.Task;

    /// <summary>What draining will return: the number of sessions cut.</summary>
    public TaskCompletionSource<int> Drained { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the sessions are to be cut.</summary>
    public Task Killing => _killing.Task;

    public bool Killed => _killing.Task.IsCompleted;

    /// <summary>Who has asked for a reload.</summary>
    public ConcurrentQueue<string> Reloads { get; } = new();

    public Task<ReloadResult> ReloadAsync(string by)
    {
        Reloads.Enqueue(by);
        return Task.FromResult(new ReloadResult(true, ""));
    }

    public Task StopAcceptingAsync() => ShutdownDelay > TimeSpan.Zero ? Lingered.Task : Task.CompletedTask;

    public Task<int> DrainAsync()
    {
        _draining.SetResult();
        return Drained.Task;
    }

    /// <summary>
    /// Sessions that <see cref="CutAll"/> cuts; they end when the test completes <see cref="Drained"/>.
    /// </summary>
    public int Live { get; init; } = 2;

    public int CutAll()
    {
        _killing.SetResult();
        return Live;
    }
}
