using System.Collections.Concurrent;
using Tunnel.Net;
using Tunnel.Relay;

namespace Tunnel.Sessions;

/// <summary>Every live session, and the totals of the ended ones.</summary>
public sealed class SessionTable
{
    private readonly OpenFiles _files;

    // Its own count would take all its locks at each accept.
    private readonly ConcurrentDictionary<long, Session> _live = new();
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _draining;

    /// <param name="files">Each session takes its files from here while it is in the table.</param>
    internal SessionTable(OpenFiles files) => _files = files;

    /// <summary>Sessions under way, in any state.</summary>
    public int Active => Counts.Active;

    /// <summary>Sessions since the start.</summary>
    public long Accepted => Counts.Accepted;

    /// <summary>Ended sessions that did not end in order.</summary>
    public long Failed => Counts.Failed;

    /// <summary>Bytes of all sessions, ended and live: to the far side, and back from it.</summary>
    public (long Sent, long Received) Bytes
    {
        get
        {
            var (sent, received) = Counts.EndedBytes;
            foreach (var session in _live.Values)
            {
                sent += session.BytesSent;
                received += session.BytesReceived;
            }

            return (sent, received);
        }
    }

    /// <summary>The live sessions at this moment, oldest first.</summary>
    public IReadOnlyList<SessionRecord> Records() =>
        [.. _live.OrderBy(entry => entry.Key).Select(entry => entry.Value.Record())];

    /// <summary>The live sessions themselves, as they are while somebody goes through them.</summary>
    internal IEnumerable<Session> Live => _live.Select(entry => entry.Value);

    internal SessionCounts Counts { get; } = new();

    /// <summary>Is told how many sessions there are.</summary>
    internal MemoryReturn? Memory { get; init; }

    /// <summary>False while there are no files for another session.</summary>
    internal bool HasRoom => _files.HasRoomFor(OpenFiles.PerSession);

    internal void Add(Session session)
    {
        _files.Take(OpenFiles.PerSession);
        Memory?.Changed(Counts.Begin());
        _live[session.Number] = session;
    }

    /// <summary>Runs a session that has been added, up to its removal.</summary>
    internal async Task RunAsync(Session session)
    {
        // When the table is empty, the line is already in the log.
        var end = await session.RunAsync().ConfigureAwait(false);
        Counts.AddEnded(session.BytesSent, session.BytesReceived, end.Reason);
        _live.TryRemove(session.Number, out _);
        _files.Return(OpenFiles.PerSession);
        var active = Counts.End();
        Memory?.Changed(active);
        if (active == 0 && _draining)
        {
            _emptied.TrySetResult();
        }
    }

    /// <summary>Cuts every session now, visibly to both its ends.</summary>
    /// <returns>How many of them had not ended yet.</returns>
    internal int CutAll(SessionEnd end) => _live.Values.Count(session => session.End(end));

    /// <summary>Completes when no session is left; call it once nothing is accepted any more.</summary>
    internal Task WhenEmptyAsync()
    {
        _draining = true;
        // Either the last session sees the flag, or we see that it is gone.
        Interlocked.MemoryBarrier();
        if (Active == 0)
        {
            _emptied.TrySetResult();
        }

        return _emptied.Task;
    }
}
