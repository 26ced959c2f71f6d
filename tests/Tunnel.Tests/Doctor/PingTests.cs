using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
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
    public async Task For_a_program_there_is_one_object_with_each_try_and_the_percentiles()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();

        var (code, report) = await PingForProgramAsync(clinic, 3);

        Assert.That(code, Is.EqualTo(ExitCodes.Ok));
        Assert.That(report.GetProperty("exit_code").GetInt32(), Is.EqualTo(code));
        Assert.That(report.GetProperty("file").GetString(), Is.EqualTo(clinic.ClientFile));
        Assert.That(report.TryGetProperty("diagnosis", out _), Is.False);
        var tries = report.GetProperty("tries").EnumerateArray().ToList();
        Assert.That(tries.Select(it => it.GetProperty("number").GetInt32()), Is.EqualTo([1, 2, 3]));
        Assert.That(tries.Select(it => it.GetProperty("served").GetBoolean()), Has.All.True);
        Assert.That(tries.Select(it => it.GetProperty("resumed").GetBoolean()), Is.EqualTo([false, true, true]));
        Assert.That(tries[0].GetProperty("address").GetString(), Is.EqualTo($"127.0.0.1:{clinic.ServerPort}"));
        var times = tries[2].GetProperty("ms");
        Assert.That(
            times.GetProperty("total").GetDouble(),
            Is.GreaterThanOrEqualTo(times.GetProperty("handshake").GetDouble())
        );

        var server = report.GetProperty("servers").EnumerateArray().Single();
        Assert.That(server.GetProperty("tries").GetInt32(), Is.EqualTo(3));
        Assert.That(server.GetProperty("served").GetInt32(), Is.EqualTo(3));
        Assert.That(server.GetProperty("failed_percent").GetDouble(), Is.Zero);
        var rows = server.GetProperty("ms");
        Assert.That(rows.GetProperty("handshake_full").GetProperty("count").GetInt32(), Is.EqualTo(1));
        Assert.That(rows.GetProperty("handshake_resumed").GetProperty("count").GetInt32(), Is.EqualTo(2));
        var all = rows.GetProperty("total");
        var percentiles = ((string[])["min", "p50", "p90", "p99", "max"]).Select(it => all.GetProperty(it).GetDouble());
        Assert.That(percentiles, Is.Ordered);
        Assert.That(
            tries.Max(it => it.GetProperty("ms").GetProperty("total").GetDouble()),
            Is.EqualTo(all.GetProperty("max").GetDouble())
        );
    }

    [Test]
    public async Task A_program_hears_where_tries_failed_and_what_to_do()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        clinic.Target.Dispose();

        var (code, report) = await PingForProgramAsync(clinic, 2);

        Assert.That(code, Is.EqualTo(ExitCodes.Target));
        var attempt = report.GetProperty("tries")[1];
        Assert.That(attempt.GetProperty("served").GetBoolean(), Is.False);
        Assert.That(attempt.GetProperty("failed_at").GetString(), Is.EqualTo("target"));
        Assert.That(attempt.GetProperty("detail").GetString(), Is.Not.Empty);
        Assert.That(attempt.TryGetProperty("ms", out _), Is.False);
        var diagnosis = report.GetProperty("diagnosis");
        Assert.That(diagnosis.GetProperty("exit_code").GetInt32(), Is.EqualTo(code));
        Assert.That(diagnosis.GetProperty("remedy").GetString(), Is.Not.Empty);
        Assert.That(report.GetProperty("servers")[0].GetProperty("failed_percent").GetDouble(), Is.EqualTo(100));
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

    private static async Task<(int Code, JsonElement Report)> PingForProgramAsync(Clinic clinic, int count)
    {
        using var output = new StringWriter();
        var options = new PingOptions(null, count, TimeSpan.Zero, Json: true);
        var code = await PingRun
            .RunAsync(new ConfigSource(clinic.ClientFile), options, output, _never)
            .WaitAsync(Wire.Patience);
        return (code, JsonDocument.Parse(output.ToString()).RootElement);
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
