using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>A tunnel that is stopped lets its sessions finish, and cuts those that do not, visibly.</summary>
public sealed class ShutdownTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task A_session_that_ends_in_time_is_not_cut([Values] bool server)
    {
        await using var pair = await Pair.StartAsync();
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        var host = server ? pair.Server! : pair.Client;

        var draining = host.DrainAsync(Wire.Patience);
        await target.PassAsync(application, _words);
        Assert.That(draining.IsCompleted, Is.False, "it waits for the session");
        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);

        Assert.That(await draining, Is.Zero);
        Assert.That(await application.EndAsync(), Is.Null);
        Assert.That(await target.EndAsync(), Is.Null);
    }

    [Test]
    public async Task A_session_that_outlives_the_deadline_is_cut_on_both_sides([Values] bool server)
    {
        await using var pair = await Pair.StartAsync();
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);

        var cut = await (server ? pair.Server! : pair.Client).DrainAsync(TimeSpan.FromSeconds(0.2));

        Assert.That(cut, Is.EqualTo(1));
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await target.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var session = await (server ? pair.ServerClosedAsync() : pair.ClientClosedAsync());
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("shutdown", "tunnel")), session.ToString());
    }

    [Test]
    public async Task Sessions_that_are_left_are_cut_one_by_one_over_the_last_third_of_the_time([Values] bool server)
    {
        const int count = 8;
        var (time, chances) = (new ManualTime(), new EvenChances(count));
        await using var pair = await Pair.StartAsync(new PairOptions { Time = time, Random = chances });
        var sessions = new List<(Socket Application, Socket Target)>();
        for (var index = 0; index < count; index++)
        {
            sessions.Add(await pair.OpenAsync());
            await sessions[^1].Application.PassAsync(sessions[^1].Target, _words);
        }

        var host = server ? pair.Server! : pair.Client;
        chances.Drawn = 0;
        var draining = host.DrainAsync(TimeSpan.FromSeconds(24));
        time.Advance(TimeSpan.FromSeconds(15.9));
        Assert.That(host.Table.Active, Is.EqualTo(count), "two thirds of the time are theirs");
        time.Advance(TimeSpan.FromSeconds(0.2));
        await Eventually.HoldsAsync(() => chances.Drawn == count, () => "nothing is to be cut");
        for (var left = count; left > 1; left--)
        {
            Assert.That(host.Table.Active, Is.EqualTo(left));
            time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(
                () => host.Table.Active == left - 1,
                () => $"{host.Table.Active} are left, not {left - 1}"
            );
        }

        Assert.That(await time.RunUntilAsync(draining), Is.EqualTo(count));
        sessions.ForEach(session => session.Target.Dispose());
    }

    [Test]
    public async Task While_it_drains_nobody_new_is_accepted()
    {
        await using var pair = await Pair.StartAsync();
        var (application, target) = await pair.OpenAsync();
        var draining = pair.Client.DrainAsync(Wire.Patience);

        await Assert.ThrowsAsync<SocketException>(() => pair.DialAsync());

        await application.PassAsync(target, _words);
        pair.Client.CutAll();
        await draining;
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public async Task Killing_ends_sessions_in_every_state()
    {
        await using var pair = await Pair.StartAsync();
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        pair.ForgetLines();
        using var silent = await Wire.DialAsync(pair.Server!.Endpoints[0]);
        await pair.StateAsync("securing");

        pair.Server!.CutAll();

        Assert.That(await silent.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await target.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        foreach (var session in new[] { await pair.ServerClosedAsync(), await pair.ServerClosedAsync() })
        {
            Assert.That(session.Reason, Is.EqualTo("shutdown"), session.ToString());
        }
    }

    [Test]
    public async Task A_session_that_waits_to_try_again_does_not_hold_up_the_end()
    {
        await using var pair = await Pair.StartAsync(
            new PairOptions
            {
                StartServer = false,
                Client = settings =>
                    settings with
                    {
                        Reconnect = new()
                        {
                            InitialDelay = TimeSpan.FromHours(1),
                            MaxDelay = TimeSpan.FromHours(1),
                            MaxElapsed = TimeSpan.FromHours(1),
                        },
                    },
            }
        );
        using var application = await pair.DialAsync();
        await pair.StateAsync("retrying");

        Assert.That(await pair.Client.DrainAsync(TimeSpan.Zero), Is.EqualTo(1));

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("shutdown"));
    }

    /// <summary>So many draws in a row are spread evenly between 0 and 1.</summary>
    private sealed class EvenChances(int count) : Random
    {
        public int Drawn { get; set; }

        public override double NextDouble() => (Drawn++ % count + 0.5) / count;
    }
}
