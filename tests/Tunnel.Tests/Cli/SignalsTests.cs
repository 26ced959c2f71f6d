using System.Diagnostics;
using NUnit.Framework;
using Tunnel.Cli;

namespace Tunnel.Tests.Cli;

public sealed class SignalsTests
{
    [Test]
    public async Task Signals_are_counted_and_the_third_changes_nothing()
    {
        var signals = new Signals();

        signals.Raise("A");
        Assert.That(await signals.First, Is.EqualTo("A"));
        Assert.That(signals.Second.IsCompleted, Is.False);
        signals.Raise("B");
        signals.Raise("C");

        Assert.That(await signals.First, Is.EqualTo("A"));
        Assert.That(await signals.Second, Is.EqualTo("B"));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Real_signals_arrive_and_do_not_end_the_process()
    {
        var signals = new Signals();
        using (signals.Listen())
        {
            await Kill("TERM");
            Assert.That(await signals.First, Is.EqualTo("SIGTERM"));
            await Kill("INT");
            Assert.That(await signals.Second, Is.EqualTo("SIGINT"));
        }
    }

    private static async Task Kill(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{Environment.ProcessId}"]);
        await kill.WaitForExitAsync();
    }
}
