using Tunnel.Net;
using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>
/// Checks whether the local application is still there while we reach the server, without reading from it.
/// </summary>
internal sealed class ApplicationWatch : Deadline, IDisposable
{
    // Often enough that a server that comes back is not contacted for nobody, seldom enough to cost nothing.
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(250);

    private readonly Arrival _arrival;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopped;

    public ApplicationWatch(Arrival arrival)
    {
        _arrival = arrival;
        arrival.Engine.Wheel.Schedule(this, _period);
    }

    /// <summary>
    /// A FIN alone can be a half-close of an application that waits for its answer, so the first round of attempts goes
    /// on. After a failed one it counts as gone: delivering a request whose sender has given up would be worse.
    /// </summary>
    public bool FinMeansGone { get; set; }

    /// <summary>Completes when the session has ended, because the application left or for another cause.</summary>
    public Task Left => _left.Task;

    public void Dispose()
    {
        _stopped = true;
        _arrival.Engine.Wheel.Cancel(this);
    }

    protected internal override void OnDue()
    {
        var presence = _arrival.Front.Inspect().Presence;
        if (presence == PeerPresence.Gone || (FinMeansGone && presence == PeerPresence.SentFin))
        {
            _arrival.Ending.End(new SessionEnd(CloseReason.ApplicationLeft, Party.Application));
        }

        if (_arrival.Ending.HasCome)
        {
            _left.TrySetResult();
        }
        else if (!_stopped)
        {
            _arrival.Engine.Wheel.Schedule(this, _period);
        }
    }
}
