using System.Collections.Concurrent;
using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>Every live session, and what all the ended ones came to.</summary>
public sealed class ConnectionTable
{
    private readonly OpenFiles _files;
    private readonly ConcurrentDictionary<long, TunnelSession> _live = new();
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Asked at each accept: the dictionary's own count takes all its locks.
    private int _active;
    private long _accepted;
    private long _failed;
    private long _endedSent;
    private long _endedReceived;
    private volatile bool _draining;

    /// <summary>The sessions' sockets are taken from the budget of the process.</summary>
    public ConnectionTable()
        : this(OpenFiles.Process) { }

    /// <param name="files">From which each session takes its files as long as it is in the table.</param>
    internal ConnectionTable(OpenFiles files) => _files = files;

    /// <summary>Sessions under way, in any state.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Sessions since the start.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Ended sessions that did not end in order.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Bytes of all sessions, ended and live: to the far side, and back from it.</summary>
    public (long Sent, long Received) Bytes
    {
        get
        {
            var (sent, received) = (Volatile.Read(ref _endedSent), Volatile.Read(ref _endedReceived));
            foreach (var session in _live.Values)
            {
                sent += session.BytesSent;
                received += session.BytesReceived;
            }

            return (sent, received);
        }
    }

    /// <summary>The live sessions at this moment, oldest first.</summary>
    public IReadOnlyList<SessionSnapshot> Snapshot() =>
        [.. _live.OrderBy(entry => entry.Key).Select(entry => entry.Value.Snapshot())];

    /// <summary>Hears how many sessions there are.</summary>
    internal MemoryReturn? Memory { get; init; }

    internal IEnumerable<TunnelSession> Live => _live.Values;

    /// <summary>False while another session would take files that are not to be had.</summary>
    internal bool HasRoom => _files.HasRoomFor(OpenFiles.PerSession);

    internal void Add(TunnelSession session)
    {
        _files.Take(OpenFiles.PerSession);
        Interlocked.Increment(ref _accepted);
        Memory?.Changed(Interlocked.Increment(ref _active));
        _live[session.Number] = session;
    }

    internal void Remove(TunnelSession session, bool inOrder)
    {
        Interlocked.Add(ref _endedSent, session.BytesSent);
        Interlocked.Add(ref _endedReceived, session.BytesReceived);
        if (!inOrder)
        {
            Interlocked.Increment(ref _failed);
        }

        _live.TryRemove(session.Number, out _);
        _files.Return(OpenFiles.PerSession);
        var active = Interlocked.Decrement(ref _active);
        Memory?.Changed(active);
        if (active == 0 && _draining)
        {
            _emptied.TrySetResult();
        }
    }

    /// <summary>Completes when no session is left; call once nothing is accepted any more.</summary>
    internal Task WhenEmptyAsync()
    {
        _draining = true;
        // Either the last session sees the flag, or we see that it has gone.
        Interlocked.MemoryBarrier();
        if (Active == 0)
        {
            _emptied.TrySetResult();
        }

        return _emptied.Task;
    }
}
