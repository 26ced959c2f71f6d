using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Tunnels;

/// <summary>
/// Warns before a certificate of ours, a CA of our files or the certificate of a connected peer expires. At the start
/// the command line has told of ours.
/// </summary>
/// <param name="members">The tunnels of the moment.</param>
internal sealed class ExpiryWatch(Engine engine, Func<IReadOnlyList<TunnelMember>> members) : Deadline
{
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromHours(1);

    private readonly ExpirySteps _steps = new();
    private volatile bool _isOver;

    public void Start()
    {
        Look((_, _) => { });
        engine.Wheel.Schedule(this, _betweenLooks);
    }

    /// <summary>Another configuration may have brought other certificates.</summary>
    public void Look() => Look(TunnelLog.ExpiresSoon);

    public void Stop()
    {
        _isOver = true;
        engine.Wheel.Cancel(this);
    }

    protected internal override void OnDue()
    {
        _ = Task.Run(() =>
        {
            Look();
            foreach (var member in members())
            {
                member.Running?.LookAtPeers();
            }
        });
        if (!_isOver)
        {
            engine.Wheel.Schedule(this, _betweenLooks);
        }
    }

    private void Look(Action<FiledCertificate, DateTimeOffset> tell)
    {
        var now = engine.Time.GetUtcNow();
        foreach (var filed in members().SelectMany(member => member.Candidate.Profile.Certificates))
        {
            if (_steps.IsDue(filed.Certificate, now, filed.File))
            {
                tell(filed, now);
            }
        }
    }
}
