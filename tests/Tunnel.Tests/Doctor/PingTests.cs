using System.Collections.Concurrent;
using System.Text;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Cli.Doctor;
using Tunnel.Config;
using Tunnel.Tests.Behaviour;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Doctor;

/// <summary>What <c>tunnel ping</c> measures, and how it ends.</summary>
public sealed class PingTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly Task<string> _never = new TaskCompletionSource<string>().Task;

    [Test]
    public async Task Each_try_has_a_line_and_all_of_them_their_percentiles()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();

        var (code, text) = await PingAsync(clinic, 3, _never);

        Assert.That(code, Is.EqualTo(ExitCodes.Ok), text);
        Assert.That(
            text,
            Does.Match(
                "^   1  127.0.0.1:\\d+: connect [\\d.]+ ms, handshake [\\d.]+ ms \\(full\\), answer [\\d.]+ ms, "
                    + "total .*\n   2  .*\\(resumed\\).*\n   3  .*\n\n127.0.0.1:\\d+: 3 tries, 3 served, 0 % failed\n"
            )
        );
        foreach (var row in (string[])["connect", "handshake, full", "handshake, resumed", "answer", "total"])
        {
            Assert.That(text, Does.Match($"\n{row} +[\\d.]+ +[\\d.]+ +[\\d.]+ +[\\d.]+ +[\\d.]+\n"));
        }
    }

    [Test]
    public async Task Tries_that_fail_say_where_and_the_exit_code_too()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        clinic.Target.Dispose();

        var (code, text) = await PingAsync(clinic, 2, _never);

        Assert.That(code, Is.EqualTo(ExitCodes.Target), text);
        Assert.That(text, Does.Contain("   2  127.0.0.1:").And.Contain(": failed at target: "));
        Assert.That(text, Does.Contain("2 tries, 0 served, 100 % failed\nwhat to do: "));
    }

    [Test]
    public async Task Whoever_has_seen_enough_gets_what_is_known()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        var stop = new TaskCompletionSource<string>();
        using var output = new Lines();
        var options = new PingOptions(null, 1000, TimeSpan.FromHours(1));
        var pinging = PingRun.RunAsync(new ConfigSource(clinic.ClientFile), options, output, stop.Task);
        await output.First.WaitAsync(Wire.Patience);

        stop.SetResult("SIGINT");

        Assert.That(await pinging.WaitAsync(Wire.Patience), Is.EqualTo(ExitCodes.Ok));
        Assert.That(output.All, Has.Some.Contains("1 tries, 1 served"));
    }

    [Test]
    public async Task A_server_has_nobody_to_ping()
    {
        await using var clinic = new Clinic();
        clinic.Write();
        var options = new PingOptions(null, 1, TimeSpan.Zero);
        var failure = await Assert.CatchAsync<ExplainedException>(() =>
            PingRun.RunAsync(new ConfigSource(clinic.ServerFile), options, TextWriter.Null, _never)
        )!;
        Assert.That(failure!.Message, Does.Contain("only a client has a server to ping"));
        Assert.That(failure.ExitCode, Is.EqualTo(ExitCodes.BadInput));
    }

    [Test]
    public async Task Check_with_connect_says_it_in_a_line()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        Assert.That(await CheckAsync(clinic), Is.EqualTo(ExitCodes.Ok));
        clinic.Target.Dispose();
        Assert.That(await CheckAsync(clinic, "\nconnect: the server lets us in "), Is.EqualTo(ExitCodes.Target));

        static async Task<int> CheckAsync(Clinic clinic, string words = "\nconnect: it works: ")
        {
            using var output = new StringWriter();
            var code = await CheckConnect
                .RunAsync(new ConfigSource(clinic.ClientFile), output)
                .WaitAsync(Wire.Patience);
            Assert.That(output.ToString(), Does.StartWith($"{clinic.ClientFile}: valid").And.Contain(words));
            return code;
        }
    }

    private static async Task<(int Code, string Text)> PingAsync(Clinic clinic, int count, Task<string> stop)
    {
        using var output = new StringWriter();
        var options = new PingOptions(null, count, TimeSpan.Zero);
        var code = await PingRun
            .RunAsync(new ConfigSource(clinic.ClientFile), options, output, stop)
            .WaitAsync(Wire.Patience);
        return (code, output.ToString());
    }

    /// <summary>What has been written so far, for a reader beside the writer.</summary>
    private sealed class Lines : TextWriter
    {
        private readonly ConcurrentQueue<string> _all = new();
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task First => _first.Task;

        public IEnumerable<string> All => _all;

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            _all.Enqueue(value ?? "");
            _first.TrySetResult();
        }
    }
}
