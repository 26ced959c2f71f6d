using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// A configuration that is changed while it runs: what is new takes effect, and what is not is left alone.
/// </summary>
public sealed class ReloadTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    private ConfiguredProcess _process = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _process = new ConfiguredProcess();
        await _process.StartAsync();
    }

    [TearDown]
    public async Task StopAsync() => await _process.DisposeAsync();

    [Test]
    public async Task What_has_not_changed_stays_as_it_is()
    {
        var (server, client) = (_process.Of("s"), _process.Of("c"));
        var plan = server.Plan;

        var result = await _process.ReloadAsync();

        Assert.That(result.IsAccepted, Is.True, result.Words);
        Assert.That(result.Words, Is.EqualTo("generation 1: 0 started, 0 changed, 0 drained, 2 unchanged"));
        Assert.That((_process.Of("s"), _process.Of("c")), Is.EqualTo((server, client)));
        Assert.That(server.Plan, Is.SameAs(plan));
        await PassesAsync();
    }

    [Test]
    public async Task A_new_target_is_for_new_sessions_and_live_ones_go_on()
    {
        using var other = Wire.Listen();
        var (application, target) = await _process.OpenAsync();
        _process.Write(
            _process.Text.Replace($"port: {_process.Target.EndPoint().Port}", $"port: {other.EndPoint().Port}")
        );

        var result = await _process.ReloadAsync();

        Assert.That(result.Words, Does.EndWith("0 started, 1 changed, 0 drained, 1 unchanged"));
        await application.PassAsync(target, _words);
        await target.PassAsync(application, _words);
        var (_, elsewhere) = await _process.OpenAsync(other);
        elsewhere.Dispose();
        application.Dispose();
        target.Dispose();
    }

    [Test]
    public async Task A_renewed_certificate_is_shown_to_new_sessions()
    {
        var (application, target) = await _process.OpenAsync();
        _process.Root.Issue(new TestLeaf { CommonName = "renewed" }).WriteFiles(_process.Files.Path, "server");
        _process.Root.Issue(new TestLeaf { CommonName = "renewed-client" }).WriteFiles(_process.Files.Path, "client");

        var result = await _process.ReloadAsync();

        Assert.That(result.Words, Does.EndWith("0 started, 2 changed, 0 drained, 0 unchanged"));
        var (next, _) = await _process.OpenAsync();
        Assert.That(Identities("c"), Is.EquivalentTo((string[])["server", "renewed"]));
        Assert.That(Identities("s"), Is.EquivalentTo((string[])["client", "renewed-client"]));
        await application.PassAsync(target, _words);
        next.Dispose();
        application.Dispose();
    }

    [Test]
    public async Task A_new_tunnel_starts_and_one_that_is_gone_drains()
    {
        var (application, target) = await _process.OpenAsync();
        var (old, port) = (_process.Of("c"), _process.ClientPort);
        _process.ClientPort = Wire.FreePort();
        _process.Write(_process.Text.Replace("name: c", "name: d"));

        var result = await _process.ReloadAsync();

        Assert.That(result.Words, Does.EndWith("1 started, 0 changed, 1 drained, 1 unchanged"));
        Assert.That(_process.Set.Running.Select(tunnel => tunnel.Name), Is.EqualTo(["s", "d"]));
        Assert.That(await RefusesAsync(port), Is.True, "the port of a tunnel that is gone");
        await application.PassAsync(target, _words);
        using var next = await _process.DialAsync("d");
        using var reached = await _process.Target.AcceptSoonAsync();
        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);
        await application.ReadToEndAsync();
        await Eventually.HoldsAsync(() => old.Table.Active == 0, () => "the old tunnel does not end");
    }

    [Test]
    public async Task A_tunnel_that_drains_ends_with_the_process()
    {
        var (application, target) = await _process.OpenAsync();
        var old = _process.Of("c");
        _process.ClientPort = Wire.FreePort();
        _process.Write(_process.Text.Replace("name: c", "name: d"));
        await _process.ReloadAsync();

        var drained = _process.Set.DrainAsync();
        Assert.That(drained.IsCompleted, Is.False);
        Assert.That(_process.Set.CutAll(), Is.GreaterThan(0));

        await drained.WaitAsync(Wire.Patience);
        Assert.That(old.Table.Active, Is.Zero);
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        target.Dispose();
    }

    [Test]
    public async Task A_port_goes_from_one_tunnel_to_another_without_being_closed()
    {
        _process.Write(_process.Text.Replace("name: c", "name: d"));
        using var waiting = await Wire.DialAsync(_process.Of("c").Endpoints[0]);
        using var first = await _process.Target.AcceptSoonAsync();
        var port = _process.Of("c").Ports.Single();

        var result = await _process.ReloadAsync();

        Assert.That(result.Words, Does.EndWith("1 started, 0 changed, 1 drained, 1 unchanged"));
        Assert.That(_process.Of("d").Ports.Single(), Is.SameAs(port));
        using var application = await _process.DialAsync("d");
        using var reached = await _process.Target.AcceptSoonAsync();
        await application.PassAsync(reached, _words);
    }

    [Test]
    public async Task A_tunnel_moves_to_another_address()
    {
        var (application, target) = await _process.OpenAsync();
        var (tunnel, port) = (_process.Of("c"), _process.ClientPort);
        _process.ClientPort = Wire.FreePort();
        _process.Write();

        await _process.ReloadAsync();

        Assert.That(_process.Of("c"), Is.SameAs(tunnel));
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
        _process.Write(_process.Text + Server("x", one, _process.Target) + Server("y", two, other));
        await _process.ReloadAsync();
        _process.Write(_process.Text + Server("x", two, _process.Target) + Server("y", one, other));

        var result = await _process.ReloadAsync();

        Assert.That(result.Words, Does.EndWith("0 started, 2 changed, 0 drained, 2 unchanged"));
        Assert.That(
            (_process.Of("x").Endpoints[0].Port(), _process.Of("y").Endpoints[0].Port()),
            Is.EqualTo((two, one))
        );
        (await Wire.DialAsync(_process.Of("x").Endpoints[0])).Dispose();
    }

    [Test]
    public async Task An_attempt_that_is_on_its_way_goes_by_the_new_configuration()
    {
        var patient = _process.Text.Replace("max_elapsed: 0", "max_elapsed: 60, initial_delay: 0.05, max_delay: 0.1");
        _process.Write(
            patient.Replace(
                $"remote_server: {{ port: {_process.ServerPort} }}",
                $"remote_server: {{ port: {Wire.FreePort()} }}"
            )
        );
        await _process.ReloadAsync();
        using var application = await _process.DialAsync();
        await application.SendAllAsync(_words);
        await Task.Delay(200);
        _process.Write(patient);

        await _process.ReloadAsync();

        using var target = await _process.Target.AcceptSoonAsync();
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
        Assert.That(await process.AskAsync("dance"), Does.StartWith("unknown request"));
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
        _process.Of(tunnel).Table.Snapshot().Select(session => session.Identity);

    private async Task PassesAsync()
    {
        var (application, target) = await _process.OpenAsync();
        application.Dispose();
        target.Dispose();
    }
}
