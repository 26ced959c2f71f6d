using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>
/// What is known about one session, for the log and the table. Written by the session's own steps, read from anywhere.
/// </summary>
internal sealed class SessionFacts
{
    private static readonly string _process = RandomNumberGenerator.GetHexString(4, lowercase: true);
    private static long _lastNumber;

    private readonly TimeSpan _start;
    private bool _isAtTarget;
    private string? _admittedAs;

    /// <param name="plan">Entered; <see cref="Leave"/> leaves it.</param>
    public SessionFacts(TunnelState tunnel, TunnelPlan plan, EndPoint peer)
    {
        (Tunnel, Plan, Peer, _start) = (tunnel, plan, peer, tunnel.Engine.Wheel.Now);
        Traffic = tunnel.Traffic;
        Number = Interlocked.Increment(ref _lastNumber);
        Id = string.Create(CultureInfo.InvariantCulture, $"{_process}-{Number}");
    }

    public TunnelState Tunnel { get; }

    /// <summary>The plan by which the session began, or made its last attempt.</summary>
    public TunnelPlan Plan { get; private set; }

    /// <summary>Who connected to us, or to the load balancer that stands before us.</summary>
    public EndPoint Peer { get; private set; }

    /// <summary>That load balancer, which says who the peer is; null: none.</summary>
    public EndPoint? Via { get; private set; }

    /// <summary>The load balancer's address that the peer connected to.</summary>
    public IPEndPoint? Entrance { get; private set; }

    /// <summary>Whom the session has tried last, or uses; null before the first.</summary>
    public Target? Target { get; private set; }

    /// <summary>Its address; before the first, those of all.</summary>
    public object Forward => (object?)Target?.Settings.Address ?? Plan.Forward;

    /// <summary>In the order of accept.</summary>
    public long Number { get; }

    /// <summary>Very probably unique across processes; the same in every line about the session.</summary>
    public string Id { get; }

    public TlsInfo? Tls { get; set; }

    /// <summary>Who the TLS peer is; null unless its certificate has been accepted.</summary>
    public PeerIdentity? Identity { get; set; }

    /// <summary>Who a peer that we refused says it is: nobody has verified that.</summary>
    public PeerIdentity? Claimed { get; set; }

    /// <summary>We refused the peer as we had refused it before, which has had its line.</summary>
    public bool IsRepeatedRefusal { get; set; }

    /// <summary>Id of the same connection in the log of the other tunnel, where it is known.</summary>
    public string? RemoteId { get; set; }

    /// <summary>Of the identity that it has been admitted as; a client's sessions are of one.</summary>
    public Traffic Traffic { get; private set; }

    public TimeSpan HandshakeTime { get; set; }

    public TimeSpan ConnectTime { get; set; }

    public TimeSpan Age => Tunnel.Engine.Wheel.Now - _start;

    /// <summary>The one who connected to us passes on a connection of somebody else.</summary>
    public void ComesBy(ProxyRoute route) => (Via, Peer, Entrance) = (Peer, route.From, route.To);

    /// <summary>The session uses this target from now on, which it has entered.</summary>
    public void GoTo(Target target) => (Target, _isAtTarget) = (target, true);

    /// <summary>Until it goes to another.</summary>
    public void LeaveTarget()
    {
        if (_isAtTarget)
        {
            _isAtTarget = false;
            Target!.Leave();
        }
    }

    /// <summary>Before another attempt, which uses the current plan.</summary>
    public void Renew()
    {
        if (Tunnel.EnterPlan() is { } plan)
        {
            Plan.Tls.Leave();
            Plan = plan;
        }
    }

    /// <summary>Takes a place among the tunnel's sessions, which <see cref="Leave"/> gives back.</summary>
    /// <inheritdoc cref="Admission.EnterAsync"/>
    public async ValueTask<AdmissionOutcome> AdmitAsync(Action<Action?> cutBy)
    {
        // Without certificates nobody is known but by the address.
        var who = Identity?.Name ?? (Peer as IPEndPoint)?.Address.ToString() ?? "";
        var outcome = await Tunnel.Admission.EnterAsync(who, cutBy).ConfigureAwait(false);
        if (outcome.Traffic is { } traffic)
        {
            (_admittedAs, Traffic) = (who, traffic);
        }

        return outcome;
    }

    /// <summary>At the end: nothing that it shares with others is used any more.</summary>
    public void Leave()
    {
        LeaveTarget();
        if (_admittedAs is { } who)
        {
            _admittedAs = null;
            Tunnel.Admission.Leave(who);
        }

        Plan.Tls.Leave();
    }
}
