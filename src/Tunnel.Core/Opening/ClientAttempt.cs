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
            return Fail<Leg>(ServerAnswers.OfHandshake(fault, expired, isSilent: channel.BytesReceived == 0));
        }

        if (outcome.Refusal is { } refusal)
        {
            OpeningLog.Refused(arrival.Facts, refusal);
            return Fail<Leg>(
                new AttemptFailure(new SessionEnd(CloseReason.Refused, Party.Tunnel, refusal.Reason), Final: true)
            );
        }

        return new Leg(Party.Server, channel, outcome.Transport!);
    }

    private async Task<Legs?> HearGreetingAsync(Leg server)
    {
        // The server connects to its target before it greets, and may need all of its own time for that.
        var patience = _plan.Timeouts.Handshake + _plan.Timeouts.Connect;
        using var limit = TimeLimit.Start(arrival.Engine.Wheel, patience, server.Channel.Abort);
        var (greeting, rest) = await Greeting.ReadAsync(server.Transport).ConfigureAwait(false);
        if (greeting is null)
        {
            return limit.Expired ? Fail<Legs>(ServerAnswers.NoGreeting) : FailEarly(server, rest.Status);
        }

        if (ServerAnswers.OfGreeting(greeting) is { } failure)
        {
            rest.Return();
            return Fail<Legs>(failure);
        }

        arrival.Facts.RemoteId = greeting.Text;
        return new Legs(Application, server, FirstFromApplication is { } first ? new(first) : default, IfAny(rest));
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
        await Task.WhenAny(FirstFromApplication, fromServer, arrival.Engine.Wheel.DelayAsync(ServerAnswers.LateRefusal))
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

    private Legs? FailEarly(Leg server, IoStatus status) =>
        Fail<Legs>(ServerAnswers.OfEarlyEnd(server.Transport.Fault, status));

    private T? Fail<T>(AttemptFailure failure)
        where T : class
    {
        Failure = failure;
        return null;
    }
}
