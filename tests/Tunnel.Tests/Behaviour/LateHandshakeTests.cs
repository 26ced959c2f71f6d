using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Behaviour;

/// <summary>The time for a handshake is over while its last flight, which came in time, is being worked on.</summary>
public sealed class LateHandshakeTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(8);

    private readonly ManualTime _time = new();

    [Test]
    public async Task A_client_that_was_cut_meanwhile_is_late_and_the_target_is_not_dialled()
    {
        var options = PairOptions.With(new TimeoutSettings { Handshake = _limit }, _time) with
        {
            Backend = new SlowBackend(TestBackends.Server, _time),
        };
        await using var pair = await Pair.StartAsync(options);

        Assert.That(await pair.VisitAsync(), Is.EqualTo(SocketError.ConnectionReset));

        var session = await pair.ServerClosedAsync();
        Assert.That(session.Reason, Is.EqualTo("handshake_timeout"), session.ToString());
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    /// <summary>A server's handshakes succeed when their time is up.</summary>
    private sealed class SlowBackend(ITlsBackend inner, ManualTime time) : ITlsBackend
    {
        public string Description => inner.Description;

        public long SessionBytes => inner.SessionBytes;

        public ITlsEndpoint CreateEndpoint(TlsProfile profile, Action<TlsNotice>? tell, TimeProvider? clock)
        {
            var endpoint = inner.CreateEndpoint(profile, tell, clock);
            return profile.Role == TunnelRole.Server ? new SlowEndpoint(endpoint, time) : endpoint;
        }
    }

    private sealed class SlowEndpoint(ITlsEndpoint inner, ManualTime time) : ITlsEndpoint
    {
        public async Task<HandshakeOutcome> HandshakeAsync(SocketChannel channel, Chunk early, IPAddress? from)
        {
            var outcome = await inner.HandshakeAsync(channel, early, from);
            time.Advance(_limit + TimeSpan.FromSeconds(1));
            // The client says nothing any more: it waits for its greeting.
            while ((await channel.WaitReadableAsync()).Status != IoStatus.Aborted) { }

            return outcome;
        }

        public Refusal? JudgeAgain(TlsInfo peer) => inner.JudgeAgain(peer);

        public void Dispose() => inner.Dispose();
    }
}
