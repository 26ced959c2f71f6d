namespace Tunnel.Load.Ends;

/// <summary>Something that loads the tunnel from a thread of its own until it is told to stop.</summary>
internal abstract class Flow
{
    private readonly Thread _thread;
    private volatile bool _stop;
    private volatile Exception? _failure;
    private long _count;

    protected Flow()
    {
        _thread = new Thread(Guarded) { IsBackground = true };
    }

    /// <summary>Bytes or operations so far, as the kind of flow has it.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Whether it does already what it is for.</summary>
    public virtual bool IsAtWork => true;

    /// <summary>False once it has failed.</summary>
    public bool IsRunning => _failure is null;

    protected bool Stopping => _stop;

    public void Start() => _thread.Start();

    /// <summary>Stops all and waits for them.</summary>
    /// <exception cref="IOException">A flow has failed, or was given wrong bytes.</exception>
    public static void Stop(IReadOnlyCollection<Flow> flows)
    {
        foreach (var flow in flows)
        {
            flow._stop = true;
        }

        foreach (var flow in flows)
        {
            flow._thread.Join();
        }

        if (flows.FirstOrDefault(flow => flow._failure is not null) is { } failed)
        {
            throw new IOException(failed._failure!.Message, failed._failure);
        }
    }

    /// <summary>Runs until <see cref="Stopping"/>.</summary>
    protected abstract void Run();

    protected void Add(long count) => Volatile.Write(ref _count, _count + count);

    private void Guarded()
    {
        try
        {
            Run();
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }
}
