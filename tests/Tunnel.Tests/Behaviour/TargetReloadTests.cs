using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Behaviour;

/// <summary>A reload that changes a list of targets, or of servers.</summary>
[Platform("Linux,MacOsX")]
public sealed class TargetReloadTests(BackendPair backends) : ConfiguredTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    private protected override ConfiguredProcess New() => new() { HasStatusSocket = true };

    [Test]
    public async Task Sessions_at_a_target_that_is_removed_go_on_and_the_next_go_to_the_others()
    {
        using var other = Wire.Listen();
        using var added = Wire.Listen();
        await ReloadAsync(Process.Target, other);
        var (application, target) = await Process.OpenAsync();
        var staying = await Process.OpenAsync(other);

        await ReloadAsync(other, added);

        var next = await Process.OpenAsync(other);
        var atAdded = await Process.OpenAsync(added);
        await application.PassAsync(target, _words);
        await target.PassAsync(application, _words);
        Assert.That(
            (await TargetsAsync()).Select(line => line.Split(" since=")[0] + line[line.IndexOf(" sessions=")..]),
            Is.EqualTo([
                $"target: 127.0.0.1:{other.EndPoint().Port} healthy sessions=2",
                $"target: 127.0.0.1:{added.EndPoint().Port} healthy sessions=1",
            ])
        );
        Assert.That(Process.Target.HasVisitor(), Is.False);
        application.Dispose();
        foreach (var (one, _) in new[] { staying, next, atAdded })
        {
            one.Dispose();
        }
    }

    [Test]
    public async Task What_is_known_of_a_target_that_stays_is_known_after_the_reload()
    {
        var log = CapturedLog.Listen();
        using var added = Wire.Listen();
        var dead = Wire.FreePort();
        await ReloadAsync("failover", dead, Process.Target.EndPoint().Port);
        var first = await Process.OpenAsync();
        var before = (await TargetsAsync())[0];
        Assert.That(
            before,
            Does.Match(
                $"^target: 127.0.0.1:{dead} unhealthy since=\"[-0-9]+ [:0-9]+Z\" sessions=0 "
                    + $"detail=\"127.0.0.1:{dead}: .*refused"
            )
        );

        await ReloadAsync("failover", dead, Process.Target.EndPoint().Port, added.EndPoint().Port);

        var second = await Process.OpenAsync();
        Assert.That((await TargetsAsync())[0], Is.EqualTo(before));
        first.Application.Dispose();
        second.Application.Dispose();
        var lines = CapturedLog.Come(log).Select(line => line.FormattedMessage).ToList();
        CapturedLog.Leave(log);
        Assert.That(lines.Where(line => line.Contains("unhealthy")), Has.Exactly(1).Items);
        Assert.That(lines.Where(line => line.Contains("goes to the next target")), Has.Exactly(1).Items);
    }

    [Test]
    public async Task A_client_gets_another_server_and_loses_one_while_its_session_goes_on()
    {
        var second = Wire.FreePort();
        var text = Process.Text.Replace(
            "  - name: c\n",
            $"  - name: t\n    server_listener: {{ host: 127.0.0.1, port: {second} }}\n"
                + $"    target_service: {{ host: 127.0.0.1, port: {Process.Target.EndPoint().Port} }}\n"
                + "  - name: c\n"
        );
        await ReloadAsync(text, Process.ServerPort);
        var (application, target) = await Process.OpenAsync();

        await ReloadAsync(text, second);

        var next = await Process.OpenAsync();
        await application.PassAsync(target, _words);
        Assert.That((Process.Of("s").Table.Active, Process.Of("t").Table.Active), Is.EqualTo((1, 1)));
        Assert.That(
            Process.Of("c").Table.Records().Select(session => session.Target),
            Is.EqualTo([$"127.0.0.1:{Process.ServerPort}", $"127.0.0.1:{second}"])
        );
        application.Dispose();
        next.Application.Dispose();
    }

    private static string List(params IEnumerable<int> ports) =>
        string.Join(", ", ports.Select(port => $"{{ host: 127.0.0.1, port: {port} }}"));

    private Task ReloadAsync(params IEnumerable<Socket> targets) =>
        ReloadAsync("round_robin", targets.Select(target => target.EndPoint().Port));

    private async Task ReloadAsync(string policy, params IEnumerable<int> ports)
    {
        Process.Write(
            Process.Text.Replace(
                $"target_service: {{ host: 127.0.0.1, port: {Process.Target.EndPoint().Port} }}",
                $"target_service: {{ policy: {policy}, targets: [{List(ports)}] }}"
            )
        );
        var result = await Process.ReloadAsync();
        Assert.That(result.Words, Does.EndWith("0 started, 1 changed, 0 drained, 1 unchanged"));
    }

    private async Task ReloadAsync(string text, int server)
    {
        Process.Write(
            text.Replace("remote_server: { host: 127.0.0.1, ", "remote_server: { ")
                .Replace(
                    $"remote_server: {{ port: {Process.ServerPort} }}",
                    $"remote_server: {{ servers: [{List(server, Wire.FreePort())}] }}"
                )
        );
        var result = await Process.ReloadAsync();
        Assert.That(result.IsAccepted, Is.True, result.Words);
    }

    /// <summary>Those of the server.</summary>
    private async Task<string[]> TargetsAsync()
    {
        var status = await Process.AskAsync(StatusQuery.StatusRequest);
        return
        [
            .. status
                .Split("\n\n")
                .Single(part => part.StartsWith("tunnel: s\n", StringComparison.Ordinal))
                .Split('\n')
                .Where(line => line.StartsWith("target: ", StringComparison.Ordinal)),
        ];
    }
}
