using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Relay;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Hostile;

/// <summary>
/// A byte at a time, at every stage. What has a limit is over when its time is up, however much still comes; what has
/// none is carried to its end.
/// </summary>
public sealed class DripTests(BackendPair backends) : HostileTests(backends)
{
    // Of a record that is to be shorter than its time.
    private const int Ticks = 20;

    private static readonly LaneOptions _options = new() { Of = tls => tls with { SessionResumption = false } };

    [Test]
    public async Task Whoever_drips_has_no_more_time_than_anybody_else()
    {
        var layout = await WireLayout.OfAsync(_options);
        await Campaign.RunAsync(
            _options,
            random =>
                [
                    .. from toServer in (bool[])[true, false]
                    from record in layout.Records(toServer).Index()
                    // A place within it, and enough behind that place.
                    where record.Item.Length > Ticks + 8
                    let offset = random.Next(record.Item.Length - Ticks - 8)
                    let drip = new Tamper(TamperKind.Drip, toServer, record.Index, offset, [])
                    select new Probe(drip.ToString(), lane => DripAsync(lane, layout, drip)),
                    .. from word in FirstWords.All(random).ToArray()
                    where word.Bytes.Length > Ticks && !word.IsNoTls && word.Name.Contains("hello")
                    select new Probe($"a stranger's {word.Name}", lane => DripAsync(lane, word)),
                ]
        );
    }

    [Test]
    public async Task A_client_whose_target_does_not_answer_is_not_heard_meanwhile()
    {
        using var hole = await BlackHole.DigAsync();
        await Campaign.RunAsync(
            new LaneOptions
            {
                HasTarget = false,
                Server = settings => settings with { Forward = new HostPort("127.0.0.1", hole.EndPoint.Port) },
            },
            _ =>
                [
                    .. from floods in (bool[])[true, false]
                    select new Probe(floods ? "a flood" : "a drip", lane => TalkMeanwhileAsync(lane, floods)),
                ]
        );
    }

    /// <summary>Between an honest client and an honest server.</summary>
    private static async Task DripAsync(Lane lane, WireLayout layout, Tamper drip)
    {
        // The client waits for its greeting as long as a handshake and a connection may take.
        var isData = layout.Carries(drip.ToServer, drip.Record);
        var limit = layout.Shakes(drip.ToServer, drip.Record)
            ? lane.Options.Handshake
            : lane.Options.Handshake + lane.Options.Connect;
        lane.Middle.Tamper = drip;
        lane.Middle.Tick = isData ? Clock(lane, limit / 1000, TimeSpan.MaxValue) : Clock(lane, limit / Ticks, limit);
        var exchange = lane.ExchangeAsync(HostileWords.OfApplication);
        // A side that had not accepted it when the clock was moved counts from later on.
        await lane.EndedAsync(clock: !isData);
        var application = await exchange.WaitAsync(Wire.Patience);
        var target = (await lane.Desk.VisitsAsync()).SingleOrDefault();
        Assert.That(application.IsTrue(HostileWords.OfTarget), Is.True, $"the application heard {application}");
        Assert.That(target?.IsTrue(HostileWords.OfApplication) ?? true, Is.True, $"the target heard {target}");
        if (isData)
        {
            Assert.That(application.IsAll(HostileWords.OfTarget), Is.True, $"the application heard {application}");
            Assert.That(target?.IsAll(HostileWords.OfApplication), Is.True, $"the target heard {target}");
        }
        else if (layout.Shakes(drip.ToServer, drip.Record))
        {
            Assert.That(target, Is.Null, "the target was reached");
        }

        await lane.Middle.Over.WaitAsync(Wire.Patience);
    }

    private static async Task DripAsync(Lane lane, FirstWord word)
    {
        using var stranger = await lane.DialServerAsync();
        var tick = Clock(lane, lane.Options.Handshake / Ticks, lane.Options.Handshake);
        try
        {
            foreach (var b in word.Bytes)
            {
                if (!tick())
                {
                    break;
                }

                await stranger.SendAllAsync(new[] { b });
            }
        }
        catch (SocketException)
        {
            // His time was up, or it was nothing to wait for.
        }

        // He stays. Whom the server has told something has two seconds more to read it.
        await lane.EndedAsync(clock: true);
        Assert.That(await lane.Desk.VisitsAsync(), Is.Empty, "visitors of the target");
    }

    private static async Task TalkMeanwhileAsync(Lane lane, bool floods)
    {
        const int more = 64 * 1024 * 1024;
        var profile = TlsProfiles.Of(lane.Pair.ClientSettings) with
        {
            SessionResumption = false,
            ApplicationProtocols = [Greeting.Protocol],
        };
        var socket = await lane.DialServerAsync();
        using var peer = new RawTls(profile, socket);
        await peer.HandshakeAsync();
        using var key = peer.Sealing();
        var data = key.Record(new byte[MostPlain], Forgery.ApplicationData);
        await Eventually.HoldsAsync(
            () => lane.Pair.Server!.Table.Records() is [{ State: SessionState.Connecting }],
            () => "the server does not connect to its target"
        );
        var flood = floods ? SendQuietlyAsync(socket, Forgery.Many(more / data.Length, data)) : Task.CompletedTask;
        var tick = Clock(lane, lane.Options.Connect / Ticks, lane.Options.Connect);
        for (var at = 0; tick(); at++)
        {
            await socket.SendAllAsync(data.AsMemory(at, floods ? 0 : 1));
        }

        var answer = await ReadToEndAsync(socket).WaitAsync(Wire.Patience);
        Assert.That(answer, Is.GreaterThan(0), "the client is told why");
        socket.Dispose();
        await flood.WaitAsync(Wire.Patience);
        await lane.EndedAsync(clock: false);
        Assert.That(lane.Pair.Server!.Table.Bytes, Is.EqualTo((0L, 0L)), "nothing was carried");
    }

    private const int MostPlain = 1 << 14;

    /// <summary>Moves the clock a step at a time, until the time is over and the wheel has had its ticks.</summary>
    private static Func<bool> Clock(Lane lane, TimeSpan step, TimeSpan limit)
    {
        var moved = TimeSpan.Zero;
        var end = limit == TimeSpan.MaxValue ? limit : limit + (2 * DeadlineWheel.Tick);
        return () =>
        {
            if (moved >= end)
            {
                return false;
            }

            moved += step;
            lane.Time.Advance(step);
            return true;
        };
    }

    private static async Task SendQuietlyAsync(Socket socket, byte[] bytes)
    {
        try
        {
            await socket.SendAllAsync(bytes);
            Assert.Fail("somebody has taken all of a flood for which there is no target");
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // As it must be.
        }
    }

    private static async Task<int> ReadToEndAsync(Socket socket)
    {
        var (buffer, all) = (new byte[4096], 0);
        try
        {
            while (await socket.ReceiveAsync(buffer) is var read and > 0)
            {
                all += read;
            }
        }
        catch (SocketException)
        {
            // RST behind it: more had come than the server waits for.
        }

        return all;
    }
}
