using NUnit.Framework;
using Tunnel.Cli.Top;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Cli.Top;

/// <summary>When the process is asked, and what becomes of keys and answers.</summary>
public sealed class TopLoopTests
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    private FakeWatched _watched = null!;
    private FakeTerminal _terminal = null!;
    private ManualTime _time = null!;
    private TaskCompletionSource _stop = null!;
    private Task _running = null!;

    [SetUp]
    public void Start()
    {
        (_watched, _terminal, _time, _stop) = (new FakeWatched(), new FakeTerminal(), new ManualTime(), new());
        _watched.Answer = () => Task.FromResult(Sample.Look(0, Sample.Session(1)));
        _running = new TopLoop(_watched, _terminal, _time, _interval).RunAsync(_stop.Task);
    }

    [TearDown]
    public async Task End()
    {
        _stop.TrySetResult();
        await _running.WaitAsync(Wire.Patience);
    }

    [Test]
    public async Task It_asks_once_in_an_interval_and_shows_the_rates()
    {
        await _terminal.ShowsAsync("3f2a-1 ");
        _watched.Answer = () => Task.FromResult(Sample.Look(2, Sample.Session(1, 62_000, sent: 20 * 1024)));
        await TickAsync(2);
        await _terminal.ShowsAsync("10 KiB");
        Assert.That(_watched.Asked, Is.EqualTo(2));
    }

    [Test]
    public async Task A_process_that_takes_long_to_answer_is_left_in_peace_for_as_long()
    {
        await _terminal.ShowsAsync("3f2a-1 ");
        var slow = new TaskCompletionSource<Look>();
        _watched.Answer = () => slow.Task;
        await TickAsync(2);
        _time.Advance(_interval * 5);
        slow.SetResult(Sample.Look(12, Sample.Session(2)));
        await _terminal.ShowsAsync("3f2a-2 ");
        _time.Advance((_interval * 5) - TimeSpan.FromSeconds(1));
        Assert.That(_watched.Asked, Is.EqualTo(2));
        await TickAsync(3);
    }

    [Test]
    public async Task A_session_is_ended_and_the_answer_shown()
    {
        await _terminal.ShowsAsync("3f2a-1 ");
        _terminal.Press(Sample.Key(ConsoleKey.DownArrow));
        _terminal.Press("k");
        await _terminal.ShowsAsync("End 3f2a-1? y/n");
        Assert.That(_watched.Killed, Is.Empty);
        _terminal.Press("y");
        await _terminal.ShowsAsync("3f2a-1: asking…");
        _watched.KillAnswer.SetResult("1 session ended");
        await _terminal.ShowsAsync("3f2a-1: 1 session ended");
        Assert.That(_watched.Killed, Is.EqualTo((string[])["3f2a-1"]));
    }

    [Test]
    public async Task A_request_that_fails_is_said()
    {
        await _terminal.ShowsAsync("3f2a-1 ");
        _watched.KillAnswer.SetException(new FakeWatched.NoAnswer("it hangs"));
        _terminal.Press(Sample.Key(ConsoleKey.DownArrow));
        _terminal.Press("ky");
        await _terminal.ShowsAsync("3f2a-1: it hangs");
    }

    [Test]
    public async Task It_waits_for_a_process_that_has_gone()
    {
        await _terminal.ShowsAsync("3f2a-1 ");
        _watched.Answer = () => FakeWatched.Away("it was killed");
        await TickAsync(2);
        await _terminal.ShowsAsync("no answer, this is old: it was killed");
        var again = Sample.Report() with { StartedAt = Sample.Start.AddDays(1) };
        _watched.Answer = () => Task.FromResult(Sample.Look(again, 9, Sample.Session(5)));
        await TickAsync(3);
        await _terminal.ShowsAsync("another process answers now");
        Assert.That(_terminal.Text, Does.Contain("3f2a-5 ").And.Not.Contain("3f2a-1 ").And.Not.Contain("this is old"));
    }

    [Test]
    public async Task A_terminal_of_another_size_is_drawn_anew()
    {
        await _terminal.ShowsAsync("3f2a-1 ");
        Assert.That(_terminal.Whole, Is.EqualTo(1));
        _terminal.Size = (40, 12);
        _terminal.Press((ConsoleKeyInfo?)null);
        await Eventually.HoldsAsync(() => _terminal.Whole == 2, () => "it was not");
        Assert.That(_terminal.Text.Split('\n'), Has.Length.EqualTo(12));
    }

    [TestCase("q")]
    [TestCase("/abc", true)]
    [TestCase("k", true)]
    public async Task It_ends_when_told_so_whatever_it_was_doing(string keys, bool isSignal = false)
    {
        await _terminal.ShowsAsync("3f2a-1 ");
        _terminal.Press(keys);
        if (isSignal)
        {
            _stop.SetResult();
        }

        await _running.WaitAsync(Wire.Patience);
    }

    [Test]
    public async Task It_ends_with_its_terminal()
    {
        _terminal.Close();
        await _running.WaitAsync(Wire.Patience);
    }

    // The next question is put by a timer that may not be set yet.
    private Task TickAsync(int asked) =>
        Eventually.HoldsAsync(
            () =>
            {
                if (_watched.Asked < asked)
                {
                    _time.Advance(TimeSpan.FromSeconds(0.5));
                }

                return _watched.Asked >= asked;
            },
            () => $"asked {_watched.Asked} times"
        );
}
