using System.Diagnostics;
using System.Net;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>
/// A client's way to a server without an application: connect, handshake, hear the verdict, and leave in order. It
/// sends no byte of its own over TLS.
/// </summary>
/// <param name="tls">Of a client.</param>
/// <param name="server">Which of its servers is visited.</param>
public sealed class ServerVisit(SharedEndpoint tls, int server, TimeoutSettings timeouts, Engine engine)
{
    // The service may speak first. What it says is not for us, and it need not be let finish.
    private static readonly TimeSpan _longestGoodbye = TimeSpan.FromSeconds(0.5);
    private const int MostDiscardedBytes = 64 * 1024;

    /// <summary>Never throws for what the network or the server does.</summary>
    public async Task<VisitReport> PayAsync(EndPoint to)
    {
        var (channel, fault, isLate, took) = await Reach
            .ConnectAsync(to, timeouts.Connect, engine)
            .ConfigureAwait(false);
        return channel is null
            ? new VisitReport(to, VisitStage.Connect, fault!) { IsLate = isLate, Connecting = took }
            : await ShakeHandsAsync(channel, new VisitReport(to, VisitStage.Handshake, "") { Connecting = took })
                .ConfigureAwait(false);
    }

    private async Task<VisitReport> ShakeHandsAsync(SocketChannel channel, VisitReport report)
    {
        report = report with { From = channel.LocalEndPoint };
        var started = Stopwatch.GetTimestamp();
        using var limit = TimeLimit.Start(engine.Wheel, timeouts.Handshake, channel.Abort);
        var outcome = await tls.HandshakeAsync(channel, (report.Address as IPEndPoint)?.Address, index: server)
            .ConfigureAwait(false);
        limit.Dispose();
        report = report with
        {
            Shaking = Stopwatch.GetElapsedTime(started),
            Tls = outcome.Info,
            Refusal = outcome.Refusal,
            Fault = outcome.Fault,
            Alert = outcome.Fault?.Alert,
            IsLate = outcome.Fault is not null && limit.Expired,
        };
        try
        {
            if (outcome.Transport is { } transport && outcome.Refusal is null)
            {
                return await HearAsync(transport, channel, report).ConfigureAwait(false);
            }

            if (outcome.AlertIsSent)
            {
                await LastWords
                    .SayAsync(channel, engine.Wheel, () => new(channel.ShutdownSend().Status))
                    .ConfigureAwait(false);
            }

            var detail =
                outcome.Refusal?.Reason
                ?? ServerAnswers
                    .OfHandshake(outcome.Fault!, report.IsLate, isSilent: channel.BytesReceived == 0)
                    .End.Detail!;
            return With(channel, report) with { Detail = SafeText.Escape(detail, MostDetailBytes) };
        }
        finally
        {
            if (outcome.Transport is { } transport)
            {
                transport.Dispose();
            }
            else
            {
                channel.Dispose();
            }
        }
    }

    private async Task<VisitReport> HearAsync(ITransport transport, SocketChannel channel, VisitReport report)
    {
        var started = Stopwatch.GetTimestamp();
        var (greeting, failure, status) = report.IsTunnel
            ? await HearGreetingAsync(transport).ConfigureAwait(false)
            : await HearNothingAsync(transport).ConfigureAwait(false);
        report = With(channel, report) with
        {
            Answering = Stopwatch.GetElapsedTime(started),
            Greeting = greeting,
            Alert = transport.Fault?.Alert,
            IsLate = failure is not null && greeting is null && status == IoStatus.Aborted,
            Detail = SafeText.Escape(failure?.End.Detail ?? "", MostDetailBytes),
            Stage =
                failure is null ? VisitStage.Served
                : greeting?.Code == GreetingCode.TargetUnreachable ? VisitStage.Target
                : VisitStage.Verdict,
        };
        if (failure is null)
        {
            await LeaveAsync(transport).ConfigureAwait(false);
        }

        return report;
    }

    private async Task<(Greeting?, AttemptFailure?, IoStatus)> HearGreetingAsync(ITransport transport)
    {
        using var limit = TimeLimit.Start(engine.Wheel, timeouts.Handshake + timeouts.Connect, transport.Abort);
        var (greeting, rest) = await Greeting.ReadAsync(transport).ConfigureAwait(false);
        if (greeting is not null)
        {
            rest.Return();
            return (greeting, ServerAnswers.OfGreeting(greeting), IoStatus.Ok);
        }

        return limit.Expired
            ? (null, ServerAnswers.NoGreeting, IoStatus.Aborted)
            : (null, ServerAnswers.OfEarlyEnd(transport.Fault, rest.Status), rest.Status);
    }

    /// <summary>Of a server that is no tunnel only the end of the connection could be an answer.</summary>
    private async Task<(Greeting?, AttemptFailure?, IoStatus)> HearNothingAsync(ITransport transport)
    {
        using var limit = TimeLimit.Start(engine.Wheel, ServerAnswers.LateRefusal, transport.Abort);
        var chunk = await transport.ReadAsync().ConfigureAwait(false);
        var status = chunk.Status;
        chunk.Return();
        return (
            null,
            status is IoStatus.Ok or IoStatus.Eof || limit.Expired
                ? null
                : ServerAnswers.OfEarlyEnd(transport.Fault, status),
            status
        );
    }

    /// <summary>In order, so that the service behind it sees an end, not a break.</summary>
    private async Task LeaveAsync(ITransport transport)
    {
        using var limit = TimeLimit.Start(engine.Wheel, _longestGoodbye, transport.Abort);
        if (await transport.CloseWriteAsync().ConfigureAwait(false) != IoStatus.Ok)
        {
            return;
        }

        for (var discarded = 0; discarded < MostDiscardedBytes; )
        {
            var chunk = await transport.ReadAsync().ConfigureAwait(false);
            discarded += chunk.Bytes.Length;
            chunk.Return();
            if (chunk.Status != IoStatus.Ok)
            {
                return;
            }
        }
    }

    // A refusal names certificates and files, each cut by itself; this is for what nobody has thought of.
    private const int MostDetailBytes = 4096;

    private static VisitReport With(SocketChannel channel, VisitReport report) =>
        report with
        {
            BytesReceived = channel.BytesReceived,
            RoundTrip = channel.Inspect().RoundTripUs is > 0 and var us ? TimeSpan.FromMicroseconds(us) : null,
        };
}
