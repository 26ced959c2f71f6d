using System.Diagnostics;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Behaviour;

/// <summary>Peers that are who they say they are, and make the tunnel decrypt much and carry little.</summary>
public sealed class FloodTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test, Category(StressTime.Category)]
    public async Task A_good_connection_is_served_beside_clients_that_make_work_of_nothing()
    {
        await using var pair = await Pair.StartAsync();
        var profile = TlsProfiles.Of(pair.ClientSettings) with { SessionResumption = false };
        var floods = new List<Flood>();
        foreach (var kind in Enum.GetValues<FloodKind>())
        {
            var socket = await Wire.DialAsync(pair.Server!.Endpoints[0]);
            floods.Add(
                await Flood.BeginAsync(kind, profile, socket, () => pair.Target.AcceptSoonAsync(), greets: false)
            );
        }

        await ServeBesideAsync(pair, floods);
        foreach (var _ in floods)
        {
            Assert.That((await pair.ServerClosedAsync()).Reason, Is.Not.EqualTo("internal_error"));
        }
    }

    [Test, Category(StressTime.Category)]
    public async Task A_good_connection_is_served_beside_servers_that_make_work_of_nothing()
    {
        await using var good = await Pair.StartAsync();
        await using var pair = await Pair.StartAsync(new PairOptions { StartServer = false });
        var profile = TlsProfiles.Of(pair.ServerSettings) with { SessionResumption = false };
        using var listener = Wire.Listen(pair.ServerSettings.Listen[0].Port());
        var floods = new List<Flood>();
        foreach (var kind in Enum.GetValues<FloodKind>())
        {
            var application = await pair.DialAsync();
            var socket = await listener.AcceptSoonAsync();
            floods.Add(await Flood.BeginAsync(kind, profile, socket, () => Task.FromResult(application), greets: true));
        }

        await ServeBesideAsync(good, floods);
        foreach (var _ in floods)
        {
            Assert.That((await pair.ClientClosedAsync()).Reason, Is.Not.EqualTo("internal_error"));
        }
    }

    private static async Task ServeBesideAsync(Pair pair, List<Flood> floods)
    {
        var (application, target) = await pair.OpenAsync();
        var echo = target.EchoAsync();
        using var over = new CancellationTokenSource();
        Task[] running = [.. floods.Select(flood => flood.RunAsync(over.Token))];
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < StressTime.Length; )
        {
            await application.SendAllAsync(_words);
            Assert.That(await application.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        }

        Assert.That(
            running.Where(flood => flood.IsFaulted),
            Is.Empty,
            "who keeps to libssl's limits is served as well"
        );
        await over.CancelAsync();
        await Task.WhenAll(running).WaitAsync(Wire.Patience);
        foreach (var flood in floods)
        {
            Assert.That(flood.Arrived, Is.GreaterThan(0), $"{flood.Kind}: nothing came through");
            flood.Dispose();
        }

        application.Shutdown(SocketShutdown.Send);
        await echo;
        Assert.That(await application.EndAsync(), Is.Null);
    }

    /// <summary>One such peer, and whoever takes what the tunnel makes of it.</summary>
    private sealed class Flood : IDisposable
    {
        private readonly RawTls _peer;
        private readonly RecordKey _key;
        private readonly Socket _far;
        private long _arrived;

        private Flood(FloodKind kind, RawTls peer, Socket far) =>
            (Kind, _peer, _key, _far) = (kind, peer, peer.Sealing(), far);

        public FloodKind Kind { get; }

        public long Arrived => Volatile.Read(ref _arrived);

        /// <param name="far">The plain end of the tunnel, once there is one.</param>
        /// <param name="greets">As a tunnel server does.</param>
        public static async Task<Flood> BeginAsync(
            FloodKind kind,
            TlsProfile profile,
            Socket socket,
            Func<Task<Socket>> far,
            bool greets
        )
        {
            var peer = new RawTls(profile with { ApplicationProtocols = [Greeting.Protocol] }, socket);
            await peer.HandshakeAsync();
            var flood = new Flood(kind, peer, await far());
            if (greets)
            {
                var greeting = new Greeting(GreetingCode.Ready, "flood").ToFrame();
                await peer.SendAsync(flood._key.Record(greeting, ContentTypes.ApplicationData));
            }

            return flood;
        }

        public async Task RunAsync(CancellationToken over)
        {
            _ = CountAsync();
            var rounds = Kind is FloodKind.Padding ? 1 : 100;
            while (!over.IsCancellationRequested)
            {
                await _peer.SendAsync(await Task.Run(() => _key.Rounds(Kind, rounds), CancellationToken.None));
            }
        }

        public void Dispose()
        {
            _peer.Dispose();
            _key.Dispose();
            _far.Dispose();
        }

        private async Task CountAsync()
        {
            var buffer = new byte[BufferPool.Small];
            try
            {
                while (await _far.ReceiveAsync(buffer) is var read and > 0)
                {
                    Interlocked.Add(ref _arrived, read);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The end of the test.
            }
        }
    }
}
