using System.Runtime.InteropServices;

namespace Tunnel.Cli;

/// <summary>The requests to stop, counted: the first asks politely, the second insists. Further ones change nothing.</summary>
internal sealed class Signals
{
    private readonly TaskCompletionSource<string> _first = NewSource();
    private readonly TaskCompletionSource<string> _second = NewSource();

    /// <summary>Ends with the name of the first signal.</summary>
    public Task<string> First => _first.Task;

    /// <summary>Ends with the name of the second signal.</summary>
    public Task<string> Second => _second.Task;

    public void Raise(string name)
    {
        if (!_first.TrySetResult(name))
        {
            _second.TrySetResult(name);
        }
    }

    /// <summary>Takes SIGTERM and SIGINT away from the runtime, which would end the process, until disposed.</summary>
    public IDisposable Listen() => new Registrations(Register(PosixSignal.SIGTERM), Register(PosixSignal.SIGINT));

    private PosixSignalRegistration Register(PosixSignal signal) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                context.Cancel = true;
                Raise(signal.ToString());
            }
        );

    // Whoever waits must not go on in the thread that delivers signals.
    private static TaskCompletionSource<string> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Registrations(params PosixSignalRegistration[] registrations) : IDisposable
    {
        public void Dispose()
        {
            foreach (var registration in registrations)
            {
                registration.Dispose();
            }
        }
    }
}
