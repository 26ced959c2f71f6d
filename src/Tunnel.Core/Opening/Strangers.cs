using System.Net;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>
/// The clients of a server that have not shown who they are. Their number is limited, and they give way to clients that
/// have: for each one too many, the one that has waited longest in the largest group is cut; a group has one source and
/// one stage. So neither a crowd from one address nor one that stops in the middle of the handshake drives out the
/// others, and a new client has time to say something.
/// </summary>
/// <param name="files">The budget that their sessions are taken from.</param>
internal sealed class Strangers(OpenFiles files, EvictionReport report, LimitSettings limits) : IDisposable
{
    private static readonly StrangerStage[] _stages = Enum.GetValues<StrangerStage>();

    private readonly Lock _lock = new();
    private readonly LongestQueueFirst<(ulong Source, StrangerStage Stage), Stranger> _queues = new();
    private StrangerLimits _limits = StrangerLimits.Of(limits, files);

    /// <summary>
    /// Whether another connection may be accepted: there are files for it, or a stranger that can give way.
    /// </summary>
    public bool HasRoom => files.HasRoomFor(OpenFiles.PerSession) || Count > 0;

    /// <summary>How many there may be.</summary>
    public StrangerLimits Limits => Volatile.Read(ref _limits);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _queues.Count;
            }
        }
    }

    /// <summary>From now on these limits hold; who is there already stays until the next comes.</summary>
    public void Apply(LimitSettings next) => Volatile.Write(ref _limits, StrangerLimits.Of(next, files));

    /// <summary>A session that has just been accepted, whose files have been taken.</summary>
    /// <param name="ending">Cuts it when it has to give way.</param>
    public Stranger Admit(EndPoint peer, Ending ending)
    {
        var stranger = new Stranger(this, peer, ending);
        lock (_lock)
        {
            Queue(stranger, StrangerStage.Silent);
        }

        MakeRoom(stranger.Source);
        return stranger;
    }

    /// <summary>Goes to the end of another queue, if it has not been evicted meanwhile.</summary>
    public void Enter(Stranger stranger, StrangerStage stage)
    {
        lock (_lock)
        {
            if (_queues.Leave(stranger.Place))
            {
                Queue(stranger, stage);
            }
        }
    }

    /// <summary>From now on it counts as one from there, if it has not been evicted meanwhile.</summary>
    public void Move(Stranger stranger, EndPoint peer)
    {
        lock (_lock)
        {
            if (_queues.Leave(stranger.Place))
            {
                stranger.Peer = peer;
                Queue(stranger, stranger.Stage);
            }
        }

        MakeRoom(stranger.Source);
    }

    /// <summary>It is known now, or has left.</summary>
    public void Remove(Stranger stranger)
    {
        lock (_lock)
        {
            _queues.Leave(stranger.Place);
        }
    }

    /// <summary>Reports what has not been reported yet.</summary>
    public void Dispose() => report.Flush();

    private void MakeRoom(ulong source)
    {
        Stranger? evicted;
        string limit;
        lock (_lock)
        {
            if (TooMany(source) is not { } found)
            {
                return;
            }

            (var place, limit) = found;
            _queues.Leave(place);
            evicted = place.Item;
        }

        // Outside the lock: it closes the socket.
        if (evicted.Ending.End(new SessionEnd(CloseReason.Evicted, Party.Tunnel, Words(evicted.Stage))))
        {
            report.Count(evicted.Sender, evicted.Stage == StrangerStage.Silent, limit);
        }
    }

    /// <returns>Who has to give way, and to which limit; null when there is room for all.</returns>
    private (LongestQueueFirst<(ulong, StrangerStage), Stranger>.Place, string)? TooMany(ulong source)
    {
        var (count, longest) = (0, StrangerStage.Silent);
        foreach (var stage in _stages)
        {
            var inStage = _queues.CountOf((source, stage));
            longest = inStage > _queues.CountOf((source, longest)) ? stage : longest;
            count += inStage;
        }

        if (count > _limits.PerSource)
        {
            return (_queues.FirstOf((source, longest))!, "limits.strangers_per_source");
        }

        var limit =
            _queues.Count > _limits.All ? "limits.strangers"
            : !files.HasRoomFor(0) ? files.Limit
            : null;
        return limit is not null && _queues.First is { } first ? (first, limit) : null;
    }

    private void Queue(Stranger stranger, StrangerStage stage)
    {
        stranger.Stage = stage;
        _queues.Enter(stranger.Place, (stranger.Source, stage));
    }

    private static string Words(StrangerStage stage) =>
        stage switch
        {
            StrangerStage.Silent => "made room for others before it had sent a whole ClientHello",
            StrangerStage.Handshaking => "made room for others in the middle of the TLS handshake",
            _ => "made room for others after it had been rejected",
        };
}
