using System.Runtime.InteropServices;

namespace Tunnel.Cli;

/// <summary>
/// Signals that the process receives. Requests to stop are counted: the first drains, the second cuts, further ones
/// change nothing. The other signals would end the process if nobody handled them.
/// </summary>
internal sealed class Signals
{
    private static readonly Lazy<Signals> _process = new(() =>
    {
        var signals = new Signals();
        signals.Listen();
        return signals;
    });

    // Kept, because a registration that is collected gives the signal back to the system.
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly TaskCompletionSource<string> _first = NewSource();
    private readonly TaskCompletionSource<string> _second = NewSource();
    private Action<string> _hangUp = static _ => { };
    private Action<string> _ignored = static _ => { };

    /// <summary>
    /// The signals of this process, handled from the first use to its end, so that one that comes during the start or
    /// the stop cannot kill it.
    /// </summary>
    public static Signals OfProcess => _process.Value;

    /// <summary>Completes with the name of the first signal that asks to stop.</summary>
    public Task<string> First => _first.Task;

    /// <summary>Completes with the name of the second one.</summary>
    public Task<string> Second => _second.Task;

    /// <summary>
    /// What to do at SIGHUP and SIGUSR1, which ask a service to reopen its log, and at signals without a meaning.
    /// </summary>
    public void Others(Action<string> hangUp, Action<string> ignored) => (_hangUp, _ignored) = (hangUp, ignored);

    /// <summary>Somebody asks the process to stop, for the first time or again.</summary>
    /// <param name="name">Who.</param>
    public void AskToStop(string name)
    {
        if (!_first.TrySetResult(name))
        {
            _second.TrySetResult(name);
        }
    }

    public void Raise(string name)
    {
        switch (name)
        {
            case "SIGTERM" or "SIGINT" or "SIGQUIT":
                AskToStop(name);
                break;
            case "SIGHUP" or "SIGUSR1":
                _hangUp(name);
                break;
            default:
                _ignored(name);
                break;
        }
    }

    private void Listen()
    {
        Register(PosixSignal.SIGTERM, "SIGTERM");
        Register(PosixSignal.SIGINT, "SIGINT");
        Register(PosixSignal.SIGQUIT, "SIGQUIT");
        Register(PosixSignal.SIGHUP, "SIGHUP");
        if (OperatingSystem.IsLinux())
        {
            // signal(7): their numbers on Linux; the runtime has no names for them, and ignores SIGPIPE itself.
            Register((PosixSignal)10, "SIGUSR1");
            Register((PosixSignal)12, "SIGUSR2");
            Register((PosixSignal)14, "SIGALRM");
        }
    }

    private void Register(PosixSignal signal, string name) =>
        _registrations.Add(
            PosixSignalRegistration.Create(
                signal,
                context =>
                {
                    context.Cancel = true;
                    Raise(name);
                }
            )
        );

    // Waiters must not continue on the thread that delivers signals.
    private static TaskCompletionSource<string> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
