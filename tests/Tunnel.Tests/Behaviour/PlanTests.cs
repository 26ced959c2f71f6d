using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Opening;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>The plan of a running tunnel can be replaced: what begins from then on goes by the new one.</summary>
public sealed class PlanTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task The_next_attempt_of_a_session_goes_by_the_new_plan()
    {
        await using var pair = await Pair.StartAsync(new PairOptions { Client = TryingElsewhere });
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        await pair.StateAsync("retrying");

        pair.Client.Plan = pair.Client.Plan with { Forward = Only(pair.ServerSettings.Listen[0]) };

        using var target = await pair.Target.AcceptSoonAsync();
        Assert.That(await target.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
    }

    [Test]
    public async Task A_live_session_goes_on_by_its_own_and_the_next_by_the_new_one()
    {
        await using var pair = await Pair.StartAsync();
        var (application, target) = await pair.OpenAsync();
        using var other = Wire.Listen();

        pair.Server!.Plan = pair.Server.Plan with { Forward = Only(new HostPort("127.0.0.1", other.EndPoint().Port)) };

        await application.SendAllAsync(_words);
        Assert.That(await target.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        using var next = await pair.DialAsync();
        using var elsewhere = await other.AcceptSoonAsync();
        await next.SendAllAsync(_words);
        Assert.That(await elsewhere.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        application.Dispose();
        target.Dispose();
    }

    private static Targets Only(Address address) => new(address, DateTimeOffset.UtcNow);

    private static TunnelSettings TryingElsewhere(TunnelSettings settings) =>
        settings with
        {
            Forward = new HostPort("127.0.0.1", Wire.FreePort()),
            Reconnect = PairOptions.Patient,
        };
}
