using NUnit.Framework;
using Tunnel.Cli;

namespace Tunnel.Tests.Cli;

public sealed class SignalsTests
{
    [Test]
    public async Task Requests_to_stop_are_counted_and_the_third_changes_nothing()
    {
        var signals = new Signals();

        signals.Raise("SIGTERM");
        Assert.That(await signals.First, Is.EqualTo("SIGTERM"));
        Assert.That(signals.Second.IsCompleted, Is.False);
        signals.Raise("SIGQUIT");
        signals.Raise("SIGINT");

        Assert.That(await signals.First, Is.EqualTo("SIGTERM"));
        Assert.That(await signals.Second, Is.EqualTo("SIGQUIT"));
    }

    [Test]
    public void Other_signals_ask_for_something_else()
    {
        var signals = new Signals();
        List<string> heard = [];
        signals.Others(name => heard.Add($"{name} reopens"), name => heard.Add($"{name} ignored"));

        Array.ForEach(["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM"], signals.Raise);

        string[] expected = ["SIGHUP reopens", "SIGUSR1 reopens", "SIGUSR2 ignored", "SIGALRM ignored"];
        Assert.That(heard, Is.EqualTo(expected));
        Assert.That(signals.First.IsCompleted, Is.False);
    }
}
