using NUnit.Framework;
using Tunnel.Cli.Top;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Cli.Top;

/// <summary>What is printed where there is no terminal.</summary>
public sealed class PlainTopTests
{
    private readonly ManualTime _time = new();
    private readonly FakeWatched _watched = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly TaskCompletionSource _stop = new();

    [Test]
    public void A_table_is_what_moves_most_and_how_many_more_there_are()
    {
        var lines = PlainTop.TextOf(Sample.Busy(25).Sight!).Split('\n');
        Assert.That(lines[0], Does.StartWith("accepting  sessions 25  sent "));
        Assert.That(lines[1], Does.StartWith("SESSION "));
        Assert.That(lines[2], Does.StartWith("3f2a-25  redis").And.EndWith("TLSv1.3 x25519"));
        Assert.That(lines[^4], Does.StartWith("3f2a-6 "));
        Assert.That(lines[^3..], Is.EqualTo((string[])["and 5 more: 'tunnel sessions' shows all", "", ""]));
    }

    [Test]
    public async Task One_table_takes_two_answers_because_rates_do()
    {
        var answers = new Queue<Look>([
            Sample.Look(0, Sample.Session(1)),
            Sample.Look(1, Sample.Session(1, 61_000, sent: 5120)),
        ]);
        _watched.Answer = () => Task.FromResult(answers.Dequeue());
        await _time.RunUntilAsync(RunAsync(once: true));
        Assert.That(_output.ToString(), Does.Contain(" 5.0 KiB").And.Not.Contain("\u001b"));
    }

    [Test]
    public async Task One_table_of_a_process_that_does_not_answer_is_a_failure()
    {
        _watched.Answer = () => FakeWatched.Away("nobody listens");
        var running = RunAsync(once: true);
        await Assert.ThatAsync(() => running, Throws.InstanceOf<FakeWatched.NoAnswer>());
    }

    [Test]
    public async Task That_nobody_answers_is_said_once_and_it_waits()
    {
        var number = 0;
        _watched.Answer = () =>
            number++ is var now && now is 2 or 3
                ? FakeWatched.Away("it was killed")
                : Task.FromResult(Sample.Look(now, Sample.Session(1, 60_000 + now)));
        var running = RunAsync(once: false);
        await _time.RunUntilAsync(Enough());
        _stop.SetResult();
        await running.WaitAsync(Wire.Patience);
        var text = _output.ToString();
        Assert.That(text.Split("no answer: it was killed; wait\n"), Has.Length.EqualTo(2));
        Assert.That(text.Split("SESSION "), Has.Length.GreaterThan(2), "and there are tables again");
    }

    private async Task<bool> Enough()
    {
        await Eventually.HoldsAsync(() => _watched.Asked > 6, () => $"asked {_watched.Asked} times");
        return true;
    }

    private async Task<bool> RunAsync(bool once)
    {
        await PlainTop.RunAsync(_watched, _output, _time, TimeSpan.FromSeconds(1), once, _stop.Task);
        return true;
    }
}
