using System.Net.Sockets;
using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.Opening;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Hostile;

/// <summary>Peers with a good certificate: a client that is let in, a server that is trusted.</summary>
public sealed class KnownPeerTests(BackendPair backends) : HostileTests(backends)
{
    private const int Renegotiations = 300;

    private static readonly byte[] _ready = new Greeting(GreetingCode.Ready, "hostile").ToFrame();
    private static readonly byte[] _words = HostileWords.OfApplication;

    [Test]
    public async Task A_client_that_is_let_in_gets_no_further_than_its_own_session() =>
        await Campaign.RunAsync(
            new LaneOptions(),
            random =>
                [
                    .. from word in KnownWords.All(random).ToArray()
                    from resets in (bool[])[false, true]
                    select new Probe($"{word.Name}, resets: {resets}", lane => BeClientAsync(lane, word, resets)),
                    .. from count in (int[])[1, Renegotiations]
                    select new Probe($"{count} renegotiations", lane => RenegotiateAsync(lane, count)),
                ]
        );

    [Test]
    public async Task A_server_that_is_trusted_gets_no_further_than_its_own_session() =>
        await Campaign.RunAsync(
            new LaneOptions(),
            random =>
                [
                    .. from word in KnownWords.All(random).ToArray()
                    select new Probe(word.Name, lane => BeServerAsync(lane, word, greets: true)),
                    .. from word in KnownWords.Greetings(random).Concat(KnownWords.All(random)).ToArray()
                    select new Probe($"instead of a greeting: {word.Name}", lane => BeServerAsync(lane, word, false)),
                    .. from count in (int[])[1, Renegotiations]
                    select new Probe($"{count} hello requests", lane => RequestHellosAsync(lane, count)),
                ]
        );

    private static async Task BeClientAsync(Lane lane, KnownWord word, bool resets)
    {
        var socket = await lane.DialServerAsync();
        using var peer = new RawTls(Profile(TlsProfiles.Of(lane.Pair.ClientSettings)), socket);
        await peer.HandshakeAsync();
        using var key = peer.Sealing();
        await SayAsync(socket, [.. key.Record(_words, Forgery.ApplicationData), .. word.Bytes(key)], resets);
        await lane.EndedAsync(clock: false);
        var target = (await lane.Desk.VisitsAsync()).SingleOrDefault();
        Assert.That(target is null || _words.AsSpan().StartsWith(target.Bytes), Is.True, $"the target heard {target}");
        Assert.That(!word.MayEnd && target is { End: null }, Is.False, "an end in order that nobody sent");
    }

    private static async Task RenegotiateAsync(Lane lane, int count)
    {
        var socket = await lane.DialServerAsync();
        using var peer = new RawTls(
            Profile(TlsProfiles.Of(lane.Pair.ClientSettings)) with
            {
                Versions = SslProtocols.Tls12,
            },
            socket
        );
        await peer.HandshakeAsync();
        await SayAsync(
            socket,
            [.. peer.Record(_words), .. Enumerable.Range(0, count).SelectMany(_ => peer.Renegotiation())],
            resets: false
        );
        await lane.EndedAsync(clock: false);
        var target = (await lane.Desk.VisitsAsync()).SingleOrDefault();
        Assert.That(target is { End: null }, Is.False, "an end in order that nobody sent");
    }

    private static Task BeServerAsync(Lane lane, KnownWord word, bool greets) =>
        PlayAsync(
            lane,
            SslProtocols.Tls12 | SslProtocols.Tls13,
            peer =>
            {
                using var key = peer.Sealing();
                byte[] greeting = greets ? key.Record(_ready, Forgery.ApplicationData) : [];
                byte[] data = greets ? key.Record(HostileWords.OfTarget, Forgery.ApplicationData) : [];
                return [.. greeting, .. data, .. word.Bytes(key)];
            },
            mayEnd: greets && word.MayEnd,
            mayHear: greets
        );

    private static Task RequestHellosAsync(Lane lane, int count) =>
        PlayAsync(
            lane,
            SslProtocols.Tls12,
            peer =>
                [
                    .. peer.Record(_ready),
                    .. Enumerable.Range(0, count).SelectMany(_ => peer.Renegotiation()),
                    .. peer.Record(HostileWords.OfTarget),
                ],
            mayEnd: false,
            mayHear: true
        );

    private static async Task PlayAsync(
        Lane lane,
        SslProtocols versions,
        Func<RawTls, byte[]> words,
        bool mayEnd,
        bool mayHear
    )
    {
        var profile = Profile(TlsProfiles.Of(lane.Pair.ServerSettings)) with { Versions = versions };
        lane.Middle.Player = async socket =>
        {
            using var peer = new RawTls(profile, socket);
            await peer.HandshakeAsync();
            await SayAsync(socket, words(peer), resets: false);
        };
        var heard = lane.ExchangeAsync(_words);
        await lane.EndedAsync(clock: false);
        var application = await heard.WaitAsync(Wire.Patience);
        await lane.Middle.Over.WaitAsync(Wire.Patience);
        Assert.That(
            HostileWords.OfTarget.AsSpan(0, mayHear ? HostileWords.OfTarget.Length : 0).StartsWith(application.Bytes),
            Is.True,
            $"the application heard {application}"
        );
        Assert.That(!mayEnd && application.End is null, Is.False, "an end in order that nobody sent");
        Assert.That(await lane.Desk.VisitsAsync(), Is.Empty, "visitors of the target");
    }

    private static TlsProfile Profile(TlsProfile profile) =>
        profile with
        {
            SessionResumption = false,
            ApplicationProtocols = [Greeting.Protocol],
        };

    /// <summary>Says it, leaves without close_notify, and reads what the other side still says.</summary>
    private static async Task SayAsync(Socket socket, byte[] words, bool resets)
    {
        var reading = DrainAsync(socket);
        try
        {
            await socket.SendAllAsync(words);
            if (!resets)
            {
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (SocketException)
        {
            // The other side has had enough.
        }

        if (resets)
        {
            socket.Reset();
        }

        await reading.WaitAsync(Wire.Patience);
    }

    private static async Task DrainAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0) { }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // RST, of either side.
        }
    }
}
