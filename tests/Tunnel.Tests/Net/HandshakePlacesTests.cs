using NUnit.Framework;
using Tunnel.Net;

namespace Tunnel.Tests.Net;

public sealed class HandshakePlacesTests
{
    private Action? _cut;

    [Test]
    public async Task Who_comes_late_waits_until_a_place_is_given_back()
    {
        var places = new HandshakePlaces(1);
        Assert.That(await EnterAsync(places), Is.True);

        var waiting = EnterAsync(places);
        Assert.That(waiting.IsCompleted, Is.False);
        places.Leave();

        Assert.That(await waiting, Is.True);
        Assert.That(_cut is null, "nothing is left to give up");
    }

    [Test]
    public async Task Who_gives_up_takes_no_place()
    {
        var places = new HandshakePlaces(1);
        await EnterAsync(places);
        var waiting = EnterAsync(places);

        _cut!();
        Assert.That(await waiting, Is.False);

        places.Leave();
        Assert.That(await EnterAsync(places), Is.True);
    }

    private Task<bool> EnterAsync(HandshakePlaces places) => places.EnterAsync(cut => _cut = cut).AsTask();
}
