using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net;

/// <summary>Whose ClientHello is answered next.</summary>
public sealed class HandshakeTurnsTests
{
    [Test]
    public async Task A_crowd_from_one_source_keeps_nobody_else_waiting()
    {
        var turns = new HandshakeTurns(most: 1);
        Assert.That(Enter(turns, 1).IsCompleted, Is.True);
        var crowd = Enumerable.Range(0, 100).Select(_ => Enter(turns, 1)).ToList();
        var other = Enter(turns, 2);

        turns.Leave();
        turns.Leave();

        Assert.That(await other.WaitAsync(Wire.Patience), Is.True);
        await Task.WhenAny(crowd).WaitAsync(Wire.Patience);
        Assert.That(crowd.Count(one => one.IsCompleted), Is.EqualTo(1));
        Assert.That(turns.Waiting, Is.EqualTo(99));
    }

    [Test]
    public async Task Whoever_gives_up_leaves_no_place_and_takes_none()
    {
        var turns = new HandshakeTurns(most: 1);
        await Enter(turns, 1);
        Action? giveUp = null;
        var first = turns.EnterAsync(1, cut => giveUp = cut ?? giveUp).AsTask();
        var second = Enter(turns, 1);

        giveUp!();

        Assert.That(await first.WaitAsync(Wire.Patience), Is.False);
        Assert.That(turns.Waiting, Is.EqualTo(1));
        turns.Leave();
        Assert.That(await second.WaitAsync(Wire.Patience), Is.True);
        giveUp();
        turns.Leave();
        Assert.That(Enter(turns, 1).IsCompleted, Is.True);
        Assert.That(Enter(turns, 1).IsCompleted, Is.False, "a turn was given back twice");
    }

    private static Task<bool> Enter(HandshakeTurns turns, ulong source) => turns.EnterAsync(source, _ => { }).AsTask();
}
