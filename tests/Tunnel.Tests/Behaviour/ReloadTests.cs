using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Relay;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// A configuration that is changed while it runs: what is new takes effect, and what is not is left alone.
/// </summary>
public sealed class ReloadTests(BackendPair backends) : ConfiguredTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task What_has_not_changed_stays_as_it_is()
    {
        var (server, client) = (Process.Of("s"), Process.Of("c"));
        var plan = server.Plan;

        var result = await Process.ReloadAsync();

        Assert.That(result.IsAccepted, Is.True, result.Words);
        Assert.That(result.Words, Is.EqualTo("generation 1: 0 started, 0 changed, 0 drained, 2 unchanged"));
        Assert.That((Process.Of("s"), Process.Of("c")), Is.EqualTo((server, client)));
        Assert.That(server.Plan, Is.SameAs(plan));
        await PassesAsync();
    }

    [Test]
    public async Task A_new_target_is_for_new_sessions_and_live_ones_go_on()
    {
        using var other = Wire.Listen();
        var (application, target) = await Process.OpenAsync();
        Process.Write(
            Process.Text.Replace($"port: {Process.Target.EndPoint().Port}", $"port: {other.EndPoint().Port}")
        );

        var result = await Process.ReloadAsync();

        Assert.That(result.Words, Does.EndWith("0 started, 1 changed, 0 drained, 1 unchanged"));
        await application.PassAsync(target, _words);
        await target.PassAsync(application, _words);
        var (_, elsewhere) = await Process.OpenAsync(other);
        elsewhere.Dispose();
        application.Dispose();
        target.Dispose();
    }

    [Test]
    public async Task A_renewed_certificate_is_shown_to_new_sessions()
    {
        var (application, target) = await Process.OpenAsync();
        Process.Root.Issue(new TestLeaf { CommonName = "renewed" }).WriteFiles(Process.Files.Path, "server");
        Process.Root.Issue(new TestLeaf { CommonName = "renewed-client" }).WriteFiles(Process.Files.Path, "client");

        var result = await Process.ReloadAsync();

        Assert.That(result.Words, Does.EndWith("0 started, 2 changed, 0 drained, 0 unchanged"));
        var (next, _) = await Process.OpenAsync();
        Assert.That(Identities("c"), Is.EquivalentTo((string[])["server", "renewed"]));
        Assert.That(Identities("s"), Is.EquivalentTo((string[])["client", "renewed-client"]));
        await application.PassAsync(target, _words);
        next.Dispose();
        application.Dispose();
    }

    [Test]
    public async Task A_new_tunnel_starts_and_one_that_is_gone_drains()
    {
        var (application, target) = await Process.OpenAsync();
        var (old, port) = (Process.Of("c"), Process.ClientPort);
        Process.ClientPort = Wire.FreePort();
        Process.Write(Process.Text.Replace("name: c", "name: d"));

        var result = await Process.ReloadAsync();

        Assert.That(result.Words, Does.EndWith("1 started, 0 changed, 1 drained, 1 unchanged"));
        Assert.That(Process.Set.Running.Select(tunnel => tunnel.Name), Is.EqualTo(["s", "d"]));
        Assert.That(await RefusesAsync(port), Is.True, "the port of a tunnel that is gone");
        await application.PassAsync(target, _words);
        using var next = await Process.DialAsync("d");
        using var reached = await Process.Target.AcceptSoonAsync();
        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);
        await application.ReadToEndAsync();
        await Eventually.HoldsAsync(() => old.Table.Active == 0, () => "the old tunnel does not end");
    }

    [Test]
    public async Task A_tunnel_that_drains_ends_with_theProcess()
    {
        var (application, target) = await Process.OpenAsync();
        var old = Process.Of("c");
        Process.ClientPort = Wire.FreePort();
        Process.Write(Process.Text.Replace("name: c", "name: d"));
        await Process.ReloadAsync();

        var drained = Process.Set.DrainAsync();
        Assert.That(drained.IsCompleted, Is.False);
        Assert.That(Process.Set.CutAll(), Is.GreaterThan(0));

        await drained.WaitAsync(Wire.Patience);
        Assert.That(old.Table.Active, Is.Zero);
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        target.Dispose();
    }

    [Test]
    public async Task A_port_goes_from_one_tunnel_to_another_without_being_closed()
    {
        Process.Write(Process.Text.Replace("name: c", "name: d"));
        using var waiting = await Wire.DialAsync(Process.Of("c").Endpoints[0]);
        using var first = await Process.Target.AcceptSoonAsync();
        var port = Process.Of("c").Ports.Single();

        var result = await Process.ReloadAsync();

        Assert.That(result.Words, Does.EndWith("1 started, 0 changed, 1 drained, 1 unchanged"));
        Assert.That(Process.Of("d").Ports.Single(), Is.SameAs(port));
        using var application = await Process.DialAsync("d");
        using var reached = await Process.Target.AcceptSoonAsync();
        await application.PassAsync(reached, _words);
    }

    [Test]
    public async Task A_tunnel_moves_to_another_address()
    {
        var (application, target) = await Process.OpenAsync();
        var (tunnel, port) = (Process.Of("c"), Process.ClientPort);
        Process.ClientPort = Wire.FreePort();
        Process.Write();

        await Process.ReloadAsync();

        Assert.That(Process.Of("c"), Is.SameAs(tunnel));
        Assert.That(await RefusesAsync(port), Is.True);
        await PassesAsync();
        await application.PassAsync(target, _words);
        application.Dispose();
    }

    [Test]
    public async Task Two_tunnels_exchange_their_addresses()
    {
        using var other = Wire.Listen();
        var (one, two) = (Wire.FreePort(), Wire.FreePort());
        Process.Write(Process.Text + Server("x", one, Process.Target) + Server("y", two, other));
        await Process.ReloadAsync();
        Process.Write(Process.Text + Server("x", two, Process.Target) + Server("y", one, other));

        var result = await Process.ReloadAsync();

        Assert.That(result.Words, Does.EndWith("0 started, 2 changed, 0 drained, 2 unchanged"));
        Assert.That((Process.Of("x").Endpoints[0].Port(), Process.Of("y").Endpoints[0].Port()), Is.EqualTo((two, one)));
        (await Wire.DialAsync(Process.Of("x").Endpoints[0])).Dispose();
    }

    [Test]
    public async Task The_times_of_a_stop_are_those_of_the_latest_configuration()
    {
        Process.Write(Process.Text + "shutdown: { delay: 7 }\ntimeouts: { shutdown: 40 }\n");

        await Process.ReloadAsync();

        Assert.That(Process.Set.ShutdownDelay, Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That(Process.Set.ShutdownLimit, Is.EqualTo(TimeSpan.FromSeconds(40)));
    }

    [Test]
    public async Task From_its_first_step_on_a_stop_is_not_crossed_by_a_reload()
    {
        var (application, target) = await Process.OpenAsync();
        Process.Write(Process.Text.Replace("name: c", "name: d"));
        await Process.Set.StopAcceptingAsync();

        var result = await Process.ReloadAsync();

        Assert.That(result.IsAccepted, Is.False);
        Assert.That(result.Words, Does.Contain("the process is stopping"));
        await application.PassAsync(target, _words);
        application.Dispose();
        target.Dispose();
    }

    [Test]
    public async Task An_attempt_that_is_on_its_way_goes_by_the_new_configuration()
    {
        var patient = Process.Text.Replace("max_elapsed: 0", "max_elapsed: 60, initial_delay: 0.05, max_delay: 0.1");
        Process.Write(
            patient.Replace(
                $"remote_server: {{ port: {Process.ServerPort} }}",
                $"remote_server: {{ port: {Wire.FreePort()} }}"
            )
        );
        await Process.ReloadAsync();
        using var application = await Process.DialAsync();
        await application.SendAllAsync(_words);
        await Eventually.HoldsAsync(
            () => Process.Of("c").Table.Records().Any(session => session.State == SessionState.Retrying),
            () => "no attempt has failed"
        );
        Process.Write(patient);

        await Process.ReloadAsync();

        using var target = await Process.Target.AcceptSoonAsync();
        Assert.That(await target.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
    }

    [Test]
    public async Task A_tunnel_that_could_not_start_goes_by_the_new_configuration_when_it_tries_again()
    {
        using var occupied = Wire.Listen();
        await using var process = new ConfiguredProcess { ClientPort = occupied.EndPoint().Port };
        await process.StartAsync();
        Assert.That(process.Set.Running.Select(tunnel => tunnel.Name), Is.EqualTo(["s"]));
        process.ClientPort = Wire.FreePort();
        process.Write();

        var result = await process.ReloadAsync();

        Assert.That(result.Words, Does.EndWith("0 started, 1 changed, 0 drained, 1 unchanged"));
        await Eventually.HoldsAsync(() => process.Set.Running.Count() == 2, () => "it does not start");
        var (application, _) = await process.OpenAsync();
        Assert.That(process.Of("c").Endpoints.Single(), Is.EqualTo(application.RemoteEndPoint));
        application.Dispose();
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Whoever_may_ask_at_the_status_socket_may_ask_for_a_reload()
    {
        await using var process = new ConfiguredProcess { HasStatusSocket = true };
        await process.StartAsync();

        Assert.That(
            await process.AskAsync(StatusQuery.ReloadRequest),
            Is.EqualTo("accepted\ngeneration 1: 0 started, 0 changed, 0 drained, 2 unchanged\n")
        );

        process.Write(process.Text.Replace("reconnect:", "reconect:"));
        Assert.That(
            await process.AskAsync(StatusQuery.ReloadRequest),
            Does.StartWith("refused\n").And.Contains("'reconect'")
        );
        Assert.That(await process.AskAsync(StatusQuery.StatusRequest), Does.Contain("\ngeneration: 1\n"));
        Assert.That(await process.AskAsync("dance"), Does.StartWith("refused\nunknown request"));
    }

    private static string Server(string name, int port, Socket target) =>
        $"  - name: {name}\n    server_listener: {{ host: 127.0.0.1, port: {port} }}\n"
        + $"    target_service: {{ host: 127.0.0.1, port: {target.EndPoint().Port} }}\n";

    private static async Task<bool> RefusesAsync(int port)
    {
        try
        {
            (await Wire.DialAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port))).Dispose();
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    private IEnumerable<string?> Identities(string tunnel) =>
        Process.Of(tunnel).Table.Records().Select(session => session.Identity);

    private async Task PassesAsync()
    {
        var (application, target) = await Process.OpenAsync();
        application.Dispose();
        target.Dispose();
    }
}
