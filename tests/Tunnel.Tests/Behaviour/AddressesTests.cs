using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Behaviour;

/// <summary>A tunnel that listens on several addresses, and what a reload does to them.</summary>
public sealed class AddressesTests(BackendPair backends) : ConfiguredTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    private string? _text;

    [SetUp]
    public void Begin() => _text = null;

    private protected override ConfiguredProcess New() => new() { HasStatusSocket = true };

    [Test]
    public async Task Each_address_leads_into_the_tunnel_in_both_roles()
    {
        var other = Wire.FreePort();
        var unix = Process.Files.File("c.sock");
        Listen("s", $"{{ host: 127.0.0.1, port: {Process.ServerPort} }}", $"{{ host: 127.0.0.1, port: {other} }}");
        Listen("c", $"{{ host: 127.0.0.1, port: {Process.ClientPort} }}", $"{{ unix: {unix} }}");
        await AcceptedAsync();

        foreach (var port in (int[])[Process.ServerPort, other])
        {
            Process.Write(_text!.Replace($"port: {Process.ServerPort} }}\n    tls", $"port: {port} }}\n    tls"));
            await AcceptedAsync();
            foreach (var endPoint in Process.Of("c").Endpoints)
            {
                await PassesAsync(endPoint);
            }
        }

        var status = await Process.AskAsync(StatusQuery.StatusRequest);
        Assert.That(status, Does.Contain($"listener: 127.0.0.1:{Process.ServerPort} 127.0.0.1:{other}\n"));
        Assert.That(status, Does.Contain($"listener: 127.0.0.1:{Process.ClientPort} unix:{unix}\n"));
    }

    [Test]
    public async Task A_reload_that_adds_or_removes_an_address_leaves_the_others_open([Values("s", "c")] string name)
    {
        var kept = Process.Of(name).Ports.Single();
        var own = $"{{ host: 127.0.0.1, port: {kept.EndPoint.Port()} }}";
        var log = CapturedLog.Listen();
        Listen(name, "{ host: 127.0.0.1, port: 0 }", own);
        await AcceptedAsync();

        var added = Process.Of(name).Endpoints[0];
        Assert.That(Process.Of(name).Ports[1], Is.SameAs(kept));
        await (name == "c" ? PassesAsync(added) : DialAsync(added));
        _text = null;
        Listen(name, "{ host: 127.0.0.1, port: 0 }", own, $"{{ host: 127.0.0.1, port: {Wire.FreePort()} }}");
        await AcceptedAsync();
        Assert.That(Process.Of(name).Endpoints[0], Is.EqualTo(added), "the system's choice is kept");
        Process.Write();
        await AcceptedAsync();

        CapturedLog.Leave(log);
        Assert.That(Process.Of(name).Ports.Single(), Is.SameAs(kept));
        await Assert.ThrowsAsync<SocketException>(() => Wire.DialAsync(added));
        await PassesAsync(Process.Of("c").Endpoints[0]);
        var lines = CapturedLog.Come(log).Select(line => line.FormattedMessage).ToList();
        Assert.That(lines, Has.Some.Contains($"listening on {added}, "));
        Assert.That(lines, Has.Some.Contains($"listening on {kept.EndPoint}, "));
    }

    [Test]
    public async Task An_address_goes_from_one_tunnel_to_another_beside_one_that_stays()
    {
        var port = Process.Of("c").Ports.Single();
        Listen(
            "s",
            $"{{ host: 127.0.0.1, port: {Process.ServerPort} }}",
            $"{{ host: 127.0.0.1, port: {Process.ClientPort} }}"
        );
        Process.Write(_text![.._text!.IndexOf("  - name: c", StringComparison.Ordinal)]);

        await AcceptedAsync();

        Assert.That(Process.Of("s").Ports[1], Is.SameAs(port));
    }

    [Test]
    public async Task When_one_of_them_is_taken_nothing_changes()
    {
        using var occupied = Wire.Listen();
        var free = Wire.FreePort();
        Listen("c", $"{{ host: 127.0.0.1, port: {free} }}", $"{{ host: 127.0.0.1, port: {occupied.EndPoint().Port} }}");

        var result = await Process.ReloadAsync();

        Assert.That(result.IsAccepted, Is.False);
        Assert.That(result.Words, Does.Contain($"cannot listen on {occupied.EndPoint()}: "));
        Wire.Listen(free).Dispose();
        await PassesAsync(Process.Of("c").Endpoints.Single());
    }

    [Test]
    public async Task Two_names_of_one_address_are_refused()
    {
        Listen("c", $"{{ host: localhost, port: {Process.ClientPort} }}", Own(", reuse_port: true"));

        var result = await Process.ReloadAsync();

        Assert.That(result.IsAccepted, Is.False);
        Assert.That(result.Words, Does.Contain($"the configuration has 127.0.0.1:{Process.ClientPort} twice"));
    }

    [Test]
    public async Task Two_processes_listen_on_one_port_when_both_want_that([Values] bool reuse)
    {
        var port = Wire.FreePort();
        await using var one = new ConfiguredProcess { ClientPort = port, ListenerKeys = ", reuse_port: true" };
        await using var two = new ConfiguredProcess
        {
            ClientPort = port,
            ListenerKeys = reuse ? ", reuse_port: true" : "",
        };
        await one.StartAsync();

        await two.StartAsync();

        Assert.That(two.Set.Running.Select(tunnel => tunnel.Name), Is.EqualTo(reuse ? (string[])["s", "c"] : ["s"]));
    }

    [Test]
    public async Task A_reload_does_not_change_reuse_port_of_a_socket_that_listens()
    {
        Process.Write(
            Process.Text.Replace($"port: {Process.ClientPort}", $"port: {Process.ClientPort}, reuse_port: true")
        );

        var result = await Process.ReloadAsync();

        Assert.That(result.IsAccepted, Is.False);
        Assert.That(
            result.Words,
            Does.Contain($"cannot change reuse_port of 127.0.0.1:{Process.ClientPort} while it listens; restart")
        );
    }

    [Test, Platform("Linux")]
    public async Task A_Unix_socket_has_the_rights_of_the_configuration_and_a_reload_does_not_change_them()
    {
        // Only root may give files to others.
        var owner = Environment.UserName == "root" ? "daemon:daemon" : $"{Environment.UserName}";
        var path = Process.Files.File("c.sock");
        Listen("c", $"{{ unix: {path}, mode: '0626', owner: '{owner}' }}");
        await AcceptedAsync();
        var (text, port, rights) = (_text!, Process.Of("c").Ports.Single(), RightsOf(path));
        Assert.That(rights, Does.StartWith($"626 {owner}"));

        foreach (var other in (string[])[text.Replace("0626", "0600"), text.Replace($", owner: '{owner}'", "")])
        {
            Process.Write(other);
            var result = await Process.ReloadAsync();
            Assert.That(result.IsAccepted, Is.False);
            Assert.That(
                result.Words,
                Does.Match(
                    @"tunnels\.yaml:16:\d+: tunnels\[1\]\.local_listener\.addresses\[0\]\.unix: cannot change the "
                        + $"mode or the owner of unix:{path} while it listens; restart the tunnel for that$"
                )
            );
        }

        Process.Write(text + "timeouts: { idle: 99 }\n");
        await AcceptedAsync();
        Assert.That((RightsOf(path), Process.Of("c").Ports.Single()), Is.EqualTo((rights, port)));
        await PassesAsync(port.EndPoint);
    }

    [Test, Platform("Linux")]
    public async Task A_reload_moves_a_Unix_socket_and_leaves_its_sessions()
    {
        var (old, @new) = (Process.Files.File("old.sock"), Process.Files.File("new.sock"));
        Listen("c", $"{{ unix: {old}, mode: '0600' }}");
        await AcceptedAsync();
        var (application, target) = await Process.OpenAsync();

        Process.Write(_text!.Replace(old, @new).Replace("0600", "0660"));
        await AcceptedAsync();

        await Eventually.HoldsAsync(() => !File.Exists(old), () => "its file is still there");
        Assert.That(RightsOf(@new), Does.StartWith("660 "));
        await PassesAsync(new UnixEndPoint(@new));
        await application.PassAsync(target, _words);
        application.Dispose();
        target.Dispose();
    }

    private static string RightsOf(string path)
    {
        using var stat = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%a %U:%G", path]) { RedirectStandardOutput = true }
        )!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }

    private string Own(string more) => $"{{ host: 127.0.0.1, port: {Process.ClientPort}{more} }}";

    /// <summary>Writes a configuration in which the tunnel listens on all of these.</summary>
    private void Listen(string name, params string[] addresses)
    {
        var (key, port) = name == "s" ? ("server", Process.ServerPort) : ("local", Process.ClientPort);
        _text = (_text ?? Process.Text).Replace(
            $"{key}_listener: {{ host: 127.0.0.1, port: {port} }}",
            $"{key}_listener: {{ addresses: [{string.Join(", ", addresses)}] }}"
        );
        Process.Write(_text);
    }

    private async Task AcceptedAsync()
    {
        var result = await Process.ReloadAsync();
        Assert.That(result.IsAccepted, Is.True, result.Words);
    }

    private static async Task DialAsync(EndPoint endPoint) => (await Wire.DialAsync(endPoint)).Dispose();

    private async Task PassesAsync(EndPoint endPoint)
    {
        using var application = await Wire.DialAsync(endPoint);
        using var target = await Process.Target.AcceptSoonAsync();
        await application.PassAsync(target, _words);
    }
}
