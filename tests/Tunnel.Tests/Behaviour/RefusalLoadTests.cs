using System.Diagnostics;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// Strangers with all kinds of certificates, one refused handshake after the other as fast as they can.
/// </summary>
[Category(StressTime.Category)]
public sealed class RefusalLoadTests(BackendPair backends) : BehaviourTests(backends)
{
    private const int Strangers = 4;

    [Test]
    public async Task A_good_client_goes_on_talking_while_strangers_are_refused()
    {
        await using var pair = await Pair.StartAsync();
        var (application, target) = await pair.OpenAsync();
        using var peers = new TlsPeers();
        var policy = PeerPolicy.ForServers(CaFile.Load(pair.Files.ServerCa), "localhost");
        var chains = Chains().Select((chain, i) => peers.Own(chain, $"stranger-{i}")).ToArray();
        using var over = new CancellationTokenSource();
        var refused = 0;

        async Task VisitAsync(int number)
        {
            for (var visit = number; !over.IsCancellationRequested; visit++)
            {
                var profile = peers.Client with
                {
                    Policy = policy,
                    Own = chains[visit % chains.Length],
                    SessionResumption = false,
                };
                using var endpoint = TlsPeers.Endpoint(profile);
                var channel = TlsPeers.Adopt(await Wire.DialAsync(pair.Server!.Endpoints[0]));
                var outcome = await endpoint.HandshakeAsync(channel).WaitAsync(Wire.Patience);
                if (outcome.Transport is { } transport)
                {
                    // With TLS 1.3 the verdict comes behind the handshake.
                    (await transport.ReadAsync().AsTask().WaitAsync(Wire.Patience)).Return();
                    transport.Dispose();
                }

                channel.Dispose();
                Interlocked.Increment(ref refused);
            }
        }

        var visits = Enumerable.Range(0, Strangers).Select(number => Task.Run(() => VisitAsync(number))).ToArray();
        byte[] message = [1, 2, 3, 4];
        var talk = 0;
        for (var time = Stopwatch.StartNew(); time.Elapsed < StressTime.Length; talk++)
        {
            await application.PassAsync(target, message);
            await target.PassAsync(application, message);
        }

        await over.CancelAsync();
        await Task.WhenAll(visits);
        Assert.That(talk, Is.Positive, "words");
        Assert.That(refused, Is.GreaterThan(chains.Length), "refusals");
        Assert.That(pair.Target.HasVisitor(), Is.False);
        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);
        TestContext.Out.WriteLine($"{talk} words there and back beside {refused} refusals");
    }

    private static IEnumerable<TestCertificate> Chains()
    {
        var ca = TestCa.CreateRoot("Strange CA");
        var deep = Enumerable.Range(0, 13).Aggregate(ca, (above, i) => above.CreateIntermediate($"Lower {i}"));
        yield return ca.Issue();
        yield return TestCa.CreateRoot().Issue();
        yield return deep.Issue();
        yield return ca.Issue(
            new TestLeaf { DnsNames = [.. Enumerable.Range(0, 700).Select(i => $"host-{i}.example")] }
        );
        yield return ca.Issue() with
        {
            Sent = [.. Enumerable.Repeat(ca.Certificate, 40)],
        };
    }
}
