using System.Net;

namespace Tunnel.Net;

/// <summary>
/// Looks up names on its own threads: the system's call cannot be interrupted, and must not occupy the thread pool, on
/// which sessions run. Callers that ask for a name while it is being looked up share the answer; it is not kept longer,
/// so the next caller sees a changed record.
/// </summary>
/// <param name="resolve">Blocks until it has an answer.</param>
internal sealed class NameLookups(Func<string, LookupResult> resolve) : INames
{
    // A process looks up a handful of names; a dead name server blocks the thread of each for up to half a minute, with
    // two sockets of the reserve in OpenFiles.
    private const int MostThreads = 8;

    // The next connection often comes at once; starting a thread costs a tenth of a millisecond.
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(5);

    private readonly object _lock = new();
    private readonly Dictionary<string, TaskCompletionSource<LookupResult>> _underWay = new(
        StringComparer.OrdinalIgnoreCase
    );
    private readonly Queue<string> _waiting = new();
    private int _threads;
    private int _idleThreads;

    /// <summary>The lookups of this process, by the system's resolver.</summary>
    public static NameLookups System { get; } = new(SystemResolver.Lookup);

    /// <summary>
    /// The addresses of a name, or of a literal address the address itself. Completes on the thread pool; never throws.
    /// </summary>
    public Task<LookupResult> LookupAsync(string name)
    {
        if (IPAddress.TryParse(name, out var literal))
        {
            return Task.FromResult(LookupResult.Of([literal]));
        }

        lock (_lock)
        {
            if (_underWay.TryGetValue(name, out var flight))
            {
                return flight.Task;
            }

            flight = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_idleThreads < _waiting.Count + 1 && _threads < MostThreads && !TryStartThread() && _threads == 0)
            {
                return Task.FromResult(
                    LookupResult.Failed(
                        Trouble.Of(
                            "the name could not be looked up: no thread can be started",
                            "raise the limit of threads or memory"
                        )
                    )
                );
            }

            _underWay[name] = flight;
            _waiting.Enqueue(name);
            Monitor.Pulse(_lock);
            return flight.Task;
        }
    }

    private bool TryStartThread()
    {
        try
        {
            new Thread(Run) { IsBackground = true, Name = "name lookups" }.Start();
            _threads++;
            return true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // A limit on threads or memory was reached: running threads take the name.
            return false;
        }
    }

    private void Run()
    {
        while (Next() is { } name)
        {
            var result = Resolve(name);
            TaskCompletionSource<LookupResult> flight;
            lock (_lock)
            {
                _underWay.Remove(name, out flight!);
            }

            flight.SetResult(result);
        }
    }

    private LookupResult Resolve(string name)
    {
        try
        {
            return resolve(name);
        }
        catch (Exception e)
        {
            // Without this the lookup would never end, and the process would.
            return LookupResult.Failed(ResolverErrors.OfSystem(e.Message));
        }
    }

    /// <summary>Null when there has been nothing to do for a while.</summary>
    private string? Next()
    {
        lock (_lock)
        {
            _idleThreads++;
            while (_waiting.Count == 0)
            {
                if (!Monitor.Wait(_lock, _idle) && _waiting.Count == 0)
                {
                    _idleThreads--;
                    _threads--;
                    return null;
                }
            }

            _idleThreads--;
            return _waiting.Dequeue();
        }
    }
}
