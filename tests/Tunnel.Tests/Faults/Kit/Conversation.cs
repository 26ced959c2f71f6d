using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>Both ends of a session, and what must be true of them.</summary>
internal sealed record Conversation(Talk Application, Talk Service)
{
    /// <summary>It carries bytes: in both directions more than before.</summary>
    public async Task FlowsAsync()
    {
        var (up, down) = (Service.Received, Application.Received);
        var atLeast = Application.IsBulk ? 1 : 0;
        await Eventually.HoldsAsync(
            () => Service.Received >= up + atLeast && Application.Received >= down + atLeast && HasGreeted,
            () =>
                $"session {Application.Session} does not flow; received: "
                + $"up {up} {Service.Received}, down {down} {Application.Received}"
        );
    }

    /// <summary>Both ends stop, and each has every byte that the other one sent, and an end in order.</summary>
    public async Task FinishAsync()
    {
        Application.Finish();
        Service.Finish();
        var (application, service) = (await EndAsync(Application), await EndAsync(Service));
        Assert.That((application.IsInOrder, service.IsInOrder), Is.EqualTo((true, true)), $"{application}, {service}");
        Assert.That(
            (Service.Received, Application.Received),
            Is.EqualTo((Application.Sent, Service.Sent)),
            $"session {Application.Session}"
        );
    }

    /// <summary>Both ends see that it broke.</summary>
    public async Task BreaksAsync()
    {
        await BreaksAsync(Application);
        await BreaksAsync(Service);
        Assert.That(Service.Received, Is.LessThanOrEqualTo(Application.Offered));
        Assert.That(Application.Received, Is.LessThanOrEqualTo(Service.Offered));
    }

    /// <summary>This end sees no end in order, but RST.</summary>
    public static async Task BreaksAsync(Talk talk) =>
        Assert.That(
            (await EndAsync(talk)).Receiving,
            Is.EqualTo(SocketError.ConnectionReset),
            $"session {talk.Session} did not break"
        );

    /// <summary>How it ended.</summary>
    public static async Task<TalkEnd> EndAsync(Talk talk)
    {
        await Eventually.HoldsAsync(
            () => talk.Ended.IsCompleted,
            () => $"session {talk.Session} does not end; {talk.Sent} bytes sent and {talk.Received} received"
        );
        return await talk.Ended;
    }

    private bool HasGreeted => Service.Received >= Talk.QuietBytes && Application.Received >= Talk.QuietBytes;
}
