using Tunnel.Net;
using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>One attempt of a client to reach a server: connect, handshake, and hear that it is accepted.</summary>
/// <param name="round">Has come to the server that is to be reached.</param>
/// <param name="firstFromApplication">A read from the application that an earlier attempt has begun.</param>
internal sealed class ClientAttempt(
    Arrival arrival,
    TargetRound round,
    TcpTransport application,
    Task<Chunk>? firstFromApplication
)
{
    // A refusal comes one round trip after the handshake; a server that is silent for longer has accepted us.
    private static readonly TimeSpan _lateRefusal = TimeSpan.FromSeconds(2);

    private readonly TunnelPlan _plan = arrival.Plan;

    /// <summary>Why there are no legs.</summary>
    public AttemptFailure? Failure { get; private set; }

    /// <summary>Passed on to the next attempt, if one has begun it.</summary>
    public Task<Chunk>? FirstFromApplication { get; private set; } = firstFromApplication;

    /// <returns>Null with <see cref="Failure"/> set, or when the session ended meanwhile.</returns>
    public async Task<Legs?> RunAsync()
    {
        if (await ReachAsync().ConfigureAwait(false) is not { } server)
        {
            return null;
        }

        Legs? legs = null;
        try
        {
            return legs = Greeting.IsSpokenOver(arrival.Facts.Tls)
                ? await HearGreetingAsync(server).ConfigureAwait(false)
                : await AwaitFirstWordAsync(server).ConfigureAwait(false);
        }
        finally
        {
            if (legs is null)
            {
                server.Transport.Dispose();
            }
        }
    }

    private async Task<Leg?> ReachAsync()
    {
        if (!await arrival.Engine.HandshakePlaces.EnterAsync(arrival.Ending.CutAttemptBy).ConfigureAwait(false))
        {
            return null;
        }

        try
        {
            if (await ConnectAsync().ConfigureAwait(false) is not { } channel)
            {
                return null;
            }

            Leg? server = null;
            try
            {
                return server = await SecureAsync(channel).ConfigureAwait(false);
            }
            finally
            {
                if (server is null)
                {
                    channel.Dispose();
                }
            }
        }
        finally
        {
            arrival.Engine.HandshakePlaces.Leave();
        }
    }

    private async Task<SocketChannel?> ConnectAsync()
    {
        var (channel, failure) = await arrival.ReachAsync(round).ConfigureAwait(false);
        Failure = failure is null ? null : new AttemptFailure(failure, Later: false);
        return channel;
    }

    private async Task<Leg?> SecureAsync(SocketChannel channel)
    {
        var (outcome, expired) = await arrival.HandshakeAsync(channel).ConfigureAwait(false);
        if (outcome.Fault is { } fault)
        {
            return expired
                ? Fail<Leg>(
                    CloseReason.HandshakeTimeout,
                    Party.Server,
                    channel.BytesReceived == 0
                        ? NotTlsWords.SilentServer
                        : "the server did not finish the TLS handshake in time"
                )
                : Fail<Leg>(
                    fault.Kind == HandshakeFaultKind.RefusedByPeer
                        ? CloseReason.RefusedByPeer
                        : CloseReason.HandshakeFailed,
                    Party.Server,
                    fault.Detail,
                    final: fault.Kind is HandshakeFaultKind.RefusedByPeer or HandshakeFaultKind.NotTls
                );
        }

        if (outcome.Refusal is { } refusal)
        {
            OpeningLog.Refused(arrival.Facts, refusal);
            return Fail<Leg>(CloseReason.Refused, Party.Tunnel, refusal.Reason, final: true);
        }

        return new Leg(Party.Server, channel, outcome.Transport!);
    }

    private async Task<Legs?> HearGreetingAsync(Leg server)
    {
        // The server connects to its target before it greets, and may need all of its own time for that.
        var patience = _plan.Timeouts.Handshake + _plan.Timeouts.Connect;
        using var limit = TimeLimit.Start(arrival.Engine.Wheel, patience, server.Channel.Abort);
        var (greeting, rest) = await Greeting.ReadAsync(server.Transport).ConfigureAwait(false);
        switch (greeting?.Code)
        {
            case GreetingCode.Ready:
                arrival.Facts.RemoteId = greeting.Text;
                return new Legs(
                    Application,
                    server,
                    FirstFromApplication is { } first ? new(first) : default,
                    IfAny(rest)
                );
            case GreetingCode.Denied:
                rest.Return();
                return Fail<Legs>(
                    CloseReason.RefusedByPeer,
                    Party.Server,
                    $"the server refused our certificate: {greeting.Text} (its log has the details)",
                    final: true
                );
            case GreetingCode.CannotJudge:
                rest.Return();
                return Fail<Legs>(
                    CloseReason.HandshakeFailed,
                    Party.Server,
                    $"the server cannot judge our certificate because of its own configuration: {greeting.Text} "
                        + "(its log has the details)"
                );
            case GreetingCode.Busy:
                rest.Return();
                return TurnedAway(greeting.ReadBusy());
            case GreetingCode.TargetUnreachable or GreetingCode.Stopping:
                rest.Return();
                return Fail<Legs>(CloseReason.Unreachable, Party.Server, $"the server answered: {greeting.Text}");
            default:
                return limit.Expired
                    ? Fail<Legs>(
                        CloseReason.HandshakeTimeout,
                        Party.Server,
                        "the server did not say in time whether it accepts us"
                    )
                    : FailEarly(server, rest.Status);
        }
    }

    /// <summary>
    /// A server that is not a tunnel says nothing when it accepts us, and may refuse us only now (RFC 8446 section
    /// 4.4.2.4). Until the application has something to send, the end of the stream is a refusal, and another attempt
    /// repeats nothing.
    /// </summary>
    private async Task<Legs?> AwaitFirstWordAsync(Leg server)
    {
        FirstFromApplication ??= Application.Transport.ReadAsync().AsTask();
        var fromServer = server.Transport.ReadAsync().AsTask();
        await Task.WhenAny(FirstFromApplication, fromServer, arrival.Engine.Wheel.DelayAsync(_lateRefusal))
            .ConfigureAwait(false);
        if (fromServer.IsCompleted && !FirstFromApplication.IsCompleted)
        {
            var chunk = await fromServer.ConfigureAwait(false);
            if (chunk.Status is not (IoStatus.Ok or IoStatus.Eof))
            {
                return FailEarly(server, chunk.Status);
            }
        }

        return new Legs(Application, server, new(FirstFromApplication), new(fromServer));
    }

    private static ValueTask<Chunk> IfAny(Chunk rest)
    {
        if (!rest.Bytes.IsEmpty)
        {
            return new(rest);
        }

        rest.Return();
        return default;
    }

    private Leg Application => new(Party.Application, arrival.Front, application);

    private Legs? FailEarly(Leg server, IoStatus status)
    {
        var fault = server.Transport.Fault;
        var refused = fault?.Kind == TransportFaultKind.RefusedByPeer;
        return Fail<Legs>(
            refused ? CloseReason.RefusedByPeer : CloseReason.HandshakeFailed,
            Party.Server,
            // No stream of ours is broken off yet: the server could not judge us, or has failed, or its target has.
            fault?.Kind == TransportFaultKind.BrokenOff
                ? "the server had an error of its own, or its target broke off at once; see its log "
                    + "(alert internal_error)"
                : fault?.Words
                    ?? $"the server ended the connection right after the handshake "
                        + $"({status.ToString().ToLowerInvariant()}); "
                        + "it may have refused our certificate (its log has the details)",
            final: refused
        );
    }

    private Legs? TurnedAway((TimeSpan RetryAfter, string Limit) busy)
    {
        var legs = Fail<Legs>(
            CloseReason.Busy,
            Party.Server,
            $"the server has no place for another session of ours: {busy.Limit} is reached (its log has the details)"
        );
        Failure = Failure! with { RetryAfter = busy.RetryAfter };
        return legs;
    }

    private T? Fail<T>(CloseReason reason, Party by, string detail, bool final = false)
        where T : class
    {
        Failure = new AttemptFailure(new SessionEnd(reason, by, detail), final);
        return null;
    }
}
