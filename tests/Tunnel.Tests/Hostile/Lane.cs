using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>
/// A tunnel under attack: client, server, the way between them, the target, a clock of its own, and an honest
/// connection that is there all the time.
/// </summary>
internal sealed class Lane : IAsyncDisposable
{
    /// <summary>Of a connection's time in all its stages, and of saying goodbye; the clock goes no further.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(500);

    // A session asks by the clock whether its last bytes have been acknowledged. No deadline is as short as that.
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _shortStep = TimeSpan.FromMilliseconds(10);
    private static readonly byte[] _words = "some words"u8.ToArray();

    private long _atServer;
    private long _atClient;
    private Socket _application = null!;
    private Socket _target = null!;

    private Lane(Middle middle, ManualTime time, Pair pair, LaneOptions options)
    {
        (Middle, Time, Pair, Options) = (middle, time, pair, options);
        Desk = new TargetDesk(pair.Target, options.Answer);
    }

    public LaneOptions Options { get; }

    public Middle Middle { get; }

    public ManualTime Time { get; }

    public Pair Pair { get; }

    public TargetDesk Desk { get; }

    public EndPoint Server => Pair.Server!.Endpoints[0];

    public static async Task<Lane> StartAsync(LaneOptions options)
    {
        var (middle, time) = (new Middle(), new ManualTime());
        var timeouts = new TimeoutSettings { Handshake = options.Handshake, Connect = options.Connect };
        var pair = await Pair.StartAsync(
            new PairOptions
            {
                Time = time,
                Server = settings =>
                    options.Server(settings with { Timeouts = timeouts, Tls = options.Of(settings.Tls) }),
                Client = settings =>
                    settings with
                    {
                        Timeouts = timeouts,
                        Tls = options.Of(settings.Tls),
                        Forward = new HostPort("127.0.0.1", middle.Port),
                    },
            }
        );
        middle.Server = pair.ServerSettings.Listen[0].EndPoint();
        var lane = new Lane(middle, time, pair, options);
        if (options.HasTarget)
        {
            (lane._application, lane._target) = (await lane.DialAsync(), await pair.Target.AcceptSoonAsync());
            lane.Desk.Open();
            await lane.ServeAsync();
        }

        return lane;
    }

    /// <summary>An application.</summary>
    public Task<Socket> DialAsync()
    {
        _atClient++;
        return Pair.DialAsync();
    }

    /// <summary>
    /// An application, and what it hears: RST can come even before its system has told it that it is connected.
    /// </summary>
    public async Task<Heard> ExchangeAsync(byte[] words)
    {
        try
        {
            using var application = await DialAsync();
            return await Heard.ExchangeAsync(application, words);
        }
        catch (SocketException e)
        {
            return new Heard([], e.SocketErrorCode);
        }
    }

    /// <summary>Somebody who goes to the server himself.</summary>
    public async Task<Socket> DialServerAsync()
    {
        var socket = await Wire.DialAsync(Server);
        Interlocked.Increment(ref _atServer);
        return socket;
    }

    /// <summary>The honest connection goes on.</summary>
    public async Task GoOnAsync()
    {
        if (!Options.HasTarget)
        {
            return;
        }

        await _application.PassAsync(_target, _words);
        await _target.PassAsync(_application, _words);
    }

    /// <summary>It goes on, and a new one gets in, is carried and ends in order.</summary>
    public async Task ServeAsync()
    {
        if (!Options.HasTarget)
        {
            return;
        }

        await GoOnAsync();
        var heard = await ExchangeAsync(_words).WaitAsync(Wire.Patience);
        var visits = await Desk.VisitsAsync();
        Assert.That(heard.IsAll(Options.Answer), Is.True, $"an honest application heard {heard}");
        Assert.That(visits, Has.Length.EqualTo(1), "visitors of the target");
        Assert.That(visits[0].IsAll(_words), Is.True, $"the target heard {visits[0]} of an honest application");
        await EndedAsync(clock: false);
        Pair.ForgetLines();
    }

    /// <summary>Waits until nobody but the honest one has a session.</summary>
    /// <param name="clock">Whether it may take one of the deadlines.</param>
    public async Task EndedAsync(bool clock)
    {
        var (left, step) = clock ? (_longest, _step) : (_shortest, _shortStep);
        await Eventually.HoldsAsync(
            () =>
            {
                if (IsAlone)
                {
                    return true;
                }

                if (left > TimeSpan.Zero)
                {
                    left -= step;
                    Time.Advance(step);
                }

                return false;
            },
            () =>
                $"sessions that do not end ({(clock ? "whatever the clock says" : "without a deadline")}): client "
                + $"{Pair.Client.Table.Accepted} of {_atClient}, server {Pair.Server!.Table.Accepted} of "
                + $"{Middle.Carried} and {_atServer}\n"
                + string.Join('\n', Pair.Server!.Table.Records().Concat(Pair.Client.Table.Records()))
        );
    }

    /// <summary>Whoever has come has been accepted, and has gone.</summary>
    private bool IsAlone
    {
        get
        {
            var (client, server, honest) = (Pair.Client.Table, Pair.Server!.Table, Options.HasTarget ? 1 : 0);
            return client.Accepted == _atClient
                && client.Active == honest
                && server.Accepted == Middle.Carried + Interlocked.Read(ref _atServer)
                && server.Active == honest;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _application?.Dispose();
        _target?.Dispose();
        Middle.Dispose();
        await Pair.DisposeAsync();
    }
}

/// <summary>How a <see cref="Lane"/> differs from the usual one.</summary>
internal sealed record LaneOptions
{
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(4);

    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Whether the target answers; else there is no honest connection either.</summary>
    public bool HasTarget { get; init; } = true;

    /// <summary>What the target says to everybody.</summary>
    public byte[] Answer { get; init; } = HostileWords.OfTarget;

    public Func<TlsSettings, TlsSettings> Of { get; init; } = tls => tls;

    public Func<TunnelSettings, TunnelSettings> Server { get; init; } = settings => settings;
}

/// <summary>What is carried through the tunnel under attack.</summary>
internal static class HostileWords
{
    public static readonly byte[] OfApplication = Some(700, 1);
    public static readonly byte[] OfTarget = Some(900, 2);

    private static byte[] Some(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
