using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Relay;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// <c>timeouts.half_close</c> rolls: it ends a connection that is half gone and silent, never a long answer.
/// </summary>
public sealed class HalfCloseTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan _nearly = TimeSpan.FromSeconds(6);
    private static readonly byte[] _words = "some words"u8.ToArray();

    private readonly ManualTime _time = new();

    [Test]
    public async Task A_long_answer_to_a_half_closed_question_is_not_cut([Values] bool asksApplication)
    {
        await using var pair = await StartAsync();
        var (application, target) = await pair.OpenAsync();
        var (asks, answers) = asksApplication ? (application, target) : (target, application);
        await asks.SendAllAsync(_words);
        asks.Shutdown(SocketShutdown.Send);
        Assert.That(await answers.ReadToEndAsync(), Is.EqualTo(_words));

        for (var i = 0; i < 5; i++)
        {
            await answers.PassAsync(asks, _words);
            await pair.TakenAsync();
            _time.Advance(_nearly);
        }

        answers.Shutdown(SocketShutdown.Send);
        Assert.That(await asks.EndAsync(), Is.Null);
        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("eof"));
        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("eof"));
    }

    [Test]
    public async Task Silence_after_a_half_close_is_cut_on_both_sides([Values] bool asksApplication)
    {
        await using var pair = await StartAsync();
        var (application, target) = await pair.OpenAsync();
        var (asks, answers) = asksApplication ? (application, target) : (target, application);
        asks.Shutdown(SocketShutdown.Send);
        Assert.That(await answers.ReadToEndAsync(), Is.Empty);
        // Or the client could count from an earlier moment than the server, and cut it first.
        await Eventually.HoldsAsync(
            () => IsHalfClosed(pair.Server!) && IsHalfClosed(pair.Client),
            () => "the tunnels have not noticed"
        );

        var session = await _time.RunUntilAsync(pair.ServerClosedAsync());

        Assert.That(session.Reason, Is.EqualTo("half_close_timeout"), session.ToString());
        Assert.That(await asks.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        await Assert.ThrowsAsync<SocketException>(() => new Pattern(3).SendAsync(answers, long.MaxValue, _ => { }));
    }

    [Test]
    public async Task A_connection_with_both_directions_open_is_not_subject_to_it()
    {
        await using var pair = await StartAsync();
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        await pair.TakenAsync();

        _time.Advance(_limit * 100);

        await target.PassAsync(application, _words);
    }

    private static bool IsHalfClosed(RunningTunnel host) =>
        host.Table.Records().Single().State == SessionState.HalfClosed;

    private Task<Pair> StartAsync() =>
        Pair.StartAsync(PairOptions.With(new TimeoutSettings { HalfClose = _limit }, _time));
}
