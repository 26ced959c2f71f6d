using System.Net;
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
internal sealed class Strangers(OpenFiles files, EvictionReport report) : IDisposable
{
    // Memory is limited even where files are not: in the middle of a handshake each holds some 70 KiB.
    private const int MostOfAll = 8192;

    private readonly Lock _lock = new();
    private readonly LongestQueueFirst<(ulong Source, StrangerStage Stage), Stranger> _queues = new();

    // The last quarter of the files is for known clients: they need not wait for an eviction.
    private readonly int _most = (int)Math.Clamp(files.Room / OpenFiles.PerSession * 3 / 4, 1, MostOfAll);

    /// <summary>
    /// Whether another connection may be accepted: there are files for it, or a stranger that can give way.
    /// </summary>
    public bool HasRoom => files.HasRoomFor(OpenFiles.PerSession) || Count > 0;

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

    /// <summary>A session that has just been accepted, whose files have been taken.</summary>
    /// <param name="ending">Cuts it when it has to give way.</param>
    public Stranger Admit(EndPoint peer, Ending ending)
    {
        var stranger = new Stranger(this, peer, ending);
        int count;
        lock (_lock)
        {
            Queue(stranger, StrangerStage.Silent);
            count = _queues.Count;
        }

        if (count > _most || !files.HasRoomFor(0))
        {
            EvictOne();
        }

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

    private void EvictOne()
    {
        Stranger stranger;
        lock (_lock)
        {
            if (_queues.First is not { } first)
            {
                return;
            }

            _queues.Leave(first);
            stranger = first.Item;
        }

        // Outside the lock: it closes the socket.
        if (stranger.Ending.End(new SessionEnd(CloseReason.Evicted, Party.Tunnel, Words(stranger.Stage))))
        {
            report.Count(stranger.Sender, stranger.Stage == StrangerStage.Silent);
        }
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
