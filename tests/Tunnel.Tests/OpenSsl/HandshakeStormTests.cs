using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>
/// Handshakes of which every second goes wrong, at every byte in turn: cut by FIN, cut by RST, a byte flipped, a byte
/// left out; in what we hear and in what we say. Afterwards nothing is left of any of them.
/// </summary>
/// <remarks><c>TUNNEL_TEST_HANDSHAKES</c>: how many in all; a few thousand if it is not set.</remarks>
[LeavesNothing]
public sealed class HandshakeStormTests
{
    private const int AtOnce = 8;

    // The allocator counts what it keeps at hand for each thread as given out, so the figure sways by a few MiB. An SSL
    // object or a certificate that stays after each handshake exceeds this even in the small run.
    private const long MostGrowthBytes = 8 * 1024 * 1024;

    // The runtime opens one now and then.
    private const int FewFiles = 10;

    private static readonly DamageKind[] _kinds = Enum.GetValues<DamageKind>()[1..];

    private static readonly int _handshakes = int.Parse(
        Environment.GetEnvironmentVariable("TUNNEL_TEST_HANDSHAKES") ?? "8000"
    );

    private readonly Dictionary<string, int> _outcomes = [];

    [Test]
    [CancelAfter(3_600_000)]
    public async Task Nothing_is_left_of_good_and_broken_handshakes(
        [Values] TunnelRole ours,
        [Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols version
    )
    {
        using var peers = new TlsPeers();
        peers.Speaking(version);
        using var endpoint = TlsPeers.Endpoint(peers.Profile(ours));
        var theirs = ours == TunnelRole.Server ? peers.Client : peers.Server;
        // Full handshakes: a resumed one has fewer bytes to break.
        theirs = theirs with
        {
            SessionResumption = false,
        };
        using var context = new OpenSslContext(theirs);
        var whole = await OneAsync(peers, endpoint, context, theirs, new Damage(DamageKind.None, false, 0));
        // Every second one is good. A server keeps their sessions, some KiB each, until its cache is full: that is no
        // leak.
        var warmUp = ours == TunnelRole.Server ? 2 * OpenSslContext.CachedSessions : 1000;
        await StormAsync(peers, endpoint, context, theirs, whole, warmUp);
        var before = await TakeStockAsync();
        _outcomes.Clear();

        await StormAsync(peers, endpoint, context, theirs, whole, _handshakes / 4);

        var after = await TakeStockAsync();
        TestContext.Out.WriteLine($"{ours} {version}: a handshake is {whole}; {string.Join(", ", _outcomes)}");
        TestContext.Out.WriteLine($"before {before}, after {after}");
        Assert.Multiple(() =>
        {
            Assert.That(after.Sessions, Is.EqualTo(before.Sessions), "SSL objects");
            Assert.That(after.Files, Is.LessThan(before.Files + FewFiles), "open files");
            Assert.That(after.NativeBytes - before.NativeBytes, Is.LessThan(MostGrowthBytes), "native memory");
            Assert.That(_outcomes.GetValueOrDefault("good"), Is.EqualTo(_handshakes / 8), "good ones");
            Assert.That(_outcomes.GetValueOrDefault("fault"), Is.GreaterThan(_handshakes / 32));
        });
    }

    private async Task StormAsync(
        TlsPeers peers,
        OpenSslEndpoint endpoint,
        OpenSslContext context,
        TlsProfile theirs,
        (int Sent, int Received) whole,
        int count
    )
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(WorkAsync)));

        async Task WorkAsync()
        {
            while (Interlocked.Increment(ref next) is var i && i < count)
            {
                var (kind, ofSent) = (_kinds[i / 2 % _kinds.Length], i / 2 / _kinds.Length % 2 == 0);
                var offset = (int)((long)i * (ofSent ? whole.Sent : whole.Received) / count);
                await OneAsync(
                    peers,
                    endpoint,
                    context,
                    theirs,
                    new Damage(i % 2 == 0 ? DamageKind.None : kind, ofSent, offset)
                );
            }
        }
    }

    private async Task<(int Sent, int Received)> OneAsync(
        TlsPeers peers,
        OpenSslEndpoint endpoint,
        OpenSslContext context,
        TlsProfile theirs,
        Damage damage
    )
    {
        var (plain, channel) = await peers.ConnectAsync();
        var peer = new BrokenPeer(context, theirs, plain, damage);
        var running = peer.RunAsync();
        var outcome = await endpoint.HandshakeAsync(channel).WaitAsync(Wire.Patience);
        if (outcome.Transport is { } transport)
        {
            // The broken peer ends without close_notify, or with an alert.
            var end = await transport.ReadAsync().AsTask().WaitAsync(Wire.Patience);
            end.Return();
            transport.Dispose();
        }
        else
        {
            channel.Dispose();
        }

        await running;
        lock (_outcomes)
        {
            var isGood = damage.Kind == DamageKind.None;
            var name = outcome switch
            {
                { Fault: { } fault } => isGood ? $"good, but {fault}" : "fault",
                { Refusal: not null } => isGood ? "good, but refused" : "refusal",
                _ => isGood ? "good" : "complete for us",
            };
            _outcomes[name] = _outcomes.GetValueOrDefault(name) + 1;
        }

        return (peer.Sent, peer.Received);
    }

    /// <summary>What the process holds when all that is garbage has gone.</summary>
    private static Task<Stock> TakeStockAsync() =>
        Task.Run(() =>
        {
            for (var i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            return new Stock(
                OpenSslSession.Live,
                Directory.GetFiles("/proc/self/fd").Length,
                NativeMemoryUse.Bytes(),
                BufferPool.RentedBytes
            );
        });

    private sealed record Stock(long Sessions, int Files, long NativeBytes, long Buffers);
}
