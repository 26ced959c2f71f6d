using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// Strangers give way: to those who are known always, and to each other by how many they are and how long they wait.
/// </summary>
public sealed class StrangersTests(BackendPair backends) : BehaviourTests(backends)
{
    private const int Sessions = 40;

    // Three quarters.
    private const int MostStrangers = 30;

    private const int Crowd = 3 * Sessions;

    private static readonly byte[] _words = "some words"u8.ToArray();
    private static readonly IPAddress _here = IPAddress.Loopback;
    private static readonly IPAddress _there = IPAddress.Parse("127.0.0.2");

    private readonly ManualTime _time = new();
    private readonly List<Socket> _strangers = [];

    [TearDown]
    public void LetThemGo()
    {
        _strangers.ForEach(stranger => stranger.Dispose());
        _strangers.Clear();
    }

    [Test]
    public async Task A_good_client_gets_in_however_many_say_nothing()
    {
        await using var pair = await StartAsync();

        for (var i = 0; i < 3; i++)
        {
            await ComeAsync(pair, _here, Crowd);
            await ServeAsync(pair);
        }

        // Whoever was cut is gone a moment later.
        await Eventually.HoldsAsync(
            () => pair.Server!.Table.Active <= MostStrangers + 1,
            () => $"{pair.Server!.Table.Active} are there"
        );
    }

    [Test]
    public async Task A_good_client_gets_in_however_many_stop_in_the_handshake()
    {
        await using var pair = await StartAsync();
        var hello = await ClientHello.BytesAsync();

        for (var i = 0; i < 3; i++)
        {
            await ComeAsync(pair, _here, Crowd, hello);
            await ServeAsync(pair);
        }
    }

    [Test]
    public async Task A_good_client_gets_in_however_many_do_not_leave_when_they_are_turned_away()
    {
        await using var pair = await StartAsync();

        for (var i = 0; i < 3; i++)
        {
            await ComeAsync(pair, _here, Crowd, "GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            await ServeAsync(pair);
        }
    }

    [Test]
    public async Task Who_is_known_is_never_cut_and_strangers_get_what_is_left()
    {
        await using var pair = await StartAsync();
        var good = new List<(Socket Application, Socket Target)>();
        // All of the room but one place.
        for (var i = 0; i < Sessions - 1; i++)
        {
            good.Add(await OpenAsync(pair));
        }

        await ComeAsync(pair, _there, Crowd);
        good.Add(await OpenAsync(pair));

        foreach (var (application, target) in good)
        {
            await application.PassAsync(target, _words);
            await target.PassAsync(application, _words);
        }

        good.ForEach(ends => ends.Application.Dispose());
        good.ForEach(ends => ends.Target.Dispose());
    }

    [Test]
    public async Task A_crowd_from_one_address_does_not_drive_out_a_slow_client_from_another()
    {
        await using var pair = await StartAsync();
        var hello = await ClientHello.BytesAsync();
        await ComeAsync(pair, _here, 1, hello[..20]);
        var slow = _strangers[0];

        await ComeAsync(pair, _there, Crowd);
        await ComeAsync(pair, _there, Crowd, hello);

        await slow.SendAllAsync(hello.AsMemory(20));
        Assert.That((await slow.ReadExactlyAsync(1))[0], Is.EqualTo(22), "a ServerHello");
    }

    [Test]
    public async Task The_log_has_one_line_for_all_that_were_cut_in_ten_seconds()
    {
        await using var pair = await StartAsync(_time);
        await ComeAsync(pair, _there, Crowd);
        await Eventually.HoldsAsync(() => pair.Server!.Table.Active == MostStrangers, () => "some were not cut");

        var line = await _time.RunUntilAsync(pair.LineAsync(line => line.Properties.ContainsKey("silent")));

        var count = Crowd - MostStrangers;
        Assert.That(line.FormattedMessage, Does.StartWith($"cut {count} connections").And.Contain("127.0.0.2"));
        Assert.That((line.Properties["evicted"], line.Properties["silent"]), Is.EqualTo((count, count)));
        var closed = pair.Lines().Where(line => line.Properties.ContainsKey("closed_by")).ToArray();
        Assert.That(closed.Select(line => line.Properties["reason"]), Is.All.EqualTo("evicted"));
        Assert.That(closed, Has.Length.EqualTo(count).And.All.Property("Level").EqualTo(NLog.LogLevel.Debug));
    }

    [Test]
    public async Task What_was_cut_last_is_reported_at_the_end()
    {
        var pair = await StartAsync();
        await using (pair)
        {
            await ComeAsync(pair, _there, MostStrangers + 1);
            await Eventually.HoldsAsync(() => pair.Server!.Table.Active == MostStrangers, () => "none was cut");
        }

        Assert.That(pair.Lines().Select(line => line.FormattedMessage), Has.Some.StartsWith("cut 1 connection "));
    }

    [Test]
    [Category(StressTime.Category)]
    public async Task All_good_clients_are_served_while_strangers_of_every_kind_pour_in()
    {
        await using var pair = await StartAsync();
        var hello = await ClientHello.BytesAsync();
        byte[][] kinds =
        [
            [],
            hello[..11],
            [22, 3, 1, 0, 6, 1, 1, 0xff, 0xb8, 3, 3],
            hello,
            "GET / HTTP/1.1\r\n\r\n"u8.ToArray(),
        ];
        using var over = new CancellationTokenSource(StressTime.Length);
        var (strangers, good) = (0, 0);
        var pouring = kinds.Select(kind => Task.Run(() => PourAsync(kind))).ToArray();

        while (!over.IsCancellationRequested || strangers < 10 * Sessions)
        {
            await ServeAsync(pair);
            good++;
            pair.ForgetLines();
        }

        await over.CancelAsync();
        await Task.WhenAll(pouring);
        TestContext.Out.WriteLine($"{good} good clients served beside {strangers} strangers");

        async Task PourAsync(byte[] words)
        {
            var held = new Queue<Socket>();
            while (!over.IsCancellationRequested || Volatile.Read(ref strangers) < 10 * Sessions)
            {
                held.Enqueue(await DialAsync(pair, _there, words));
                Interlocked.Increment(ref strangers);
                if (held.Count > Sessions)
                {
                    held.Dequeue().Dispose();
                }
            }

            foreach (var socket in held)
            {
                socket.Dispose();
            }
        }
    }

    private static Task<Pair> StartAsync(ManualTime? time = null) =>
        Pair.StartAsync(
            PairOptions.With(new TimeoutSettings { Handshake = TimeSpan.FromHours(1) }, time) with
            {
                ServerFiles = new OpenFiles(Sessions * OpenFiles.PerSession),
            }
        );

    /// <summary>Strangers one after another, each of which has been accepted before the next comes.</summary>
    private async Task ComeAsync(Pair pair, IPAddress from, int count, byte[]? words = null)
    {
        for (var i = 0; i < count; i++)
        {
            var accepted = pair.Server!.Table.Accepted;
            _strangers.Add(await DialAsync(pair, from, words ?? []));
            await Eventually.HoldsAsync(() => pair.Server.Table.Accepted > accepted, () => "it was not accepted");
        }
    }

    private static async Task<Socket> DialAsync(Pair pair, IPAddress from, byte[] words)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        try
        {
            await socket.ConnectAsync(pair.Server!.Endpoints[0]).WaitAsync(Wire.Patience);
            await socket.SendAllAsync(words);
        }
        catch (SocketException)
        {
            // It was cut already.
        }

        return socket;
    }

    private static async Task<(Socket Application, Socket Target)> OpenAsync(Pair pair)
    {
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        return (application, target);
    }

    private static async Task ServeAsync(Pair pair)
    {
        var (application, target) = await OpenAsync(pair);
        using (application)
        using (target)
        {
            await target.PassAsync(application, _words);
        }
    }
}
