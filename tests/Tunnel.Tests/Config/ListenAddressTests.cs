using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Text;

namespace Tunnel.Tests.Config;

/// <summary>Several listening addresses, ports that are shared, and sockets of systemd.</summary>
public sealed class ListenAddressTests
{
    private const string Three =
        "addresses: [{host: 127.0.0.1, port: 1, reuse_port: true}, {unix: /a, mode: 0666}, {systemd: web.socket}]";

    [Test]
    public void A_list_has_addresses_of_every_kind([Values] TunnelRole role)
    {
        var listen = Read(role, Three);

        var shared = new HostPort("127.0.0.1", 1) { ReusePort = true };
        var unix = new UnixAddress("/a") { Mode = (UnixFileMode)0x1b6 };
        Assert.That(listen, Is.EqualTo(new Address[] { shared, unix, new SystemdSocket("web.socket") }));
        var systemd = (SystemdSocket)listen[2];
        Assert.That(systemd.Key, Is.EqualTo($"{Section(role)}.addresses[2].systemd"));
        Assert.That(systemd.Place, Is.EqualTo($"x.yaml:1:{Section(role).Length + 96}"));
    }

    [Test]
    public void The_single_form_has_the_same_keys([Values] TunnelRole role)
    {
        Assert.That(Read(role, "systemd: web"), Is.EqualTo(new Address[] { new SystemdSocket("web") }));
        Assert.That(
            Read(role, "host: '::1', port: 1, reuse_port: true"),
            Is.EqualTo(new Address[] { new HostPort("::1", 1) { ReusePort = true } })
        );
        Assert.That(((HostPort)Read(role, "host: '::1', port: 1")[0]).ReusePort, Is.False);
    }

    [TestCase("host: ::1, addresses: [{systemd: a}]", "host is given together with addresses; write it as an entry")]
    [TestCase("systemd: b, addresses: [{systemd: a}]", "systemd is given together with addresses; write it as")]
    [TestCase("addresses: []", "addresses is not a list with at least one entry; write '- { host: ..., port: ")]
    [TestCase("addresses: here", "addresses is not a list with at least one entry")]
    [TestCase("addresses: [{host: 127.0.0.1}]", "addresses[0].port is missing; write a whole number")]
    [TestCase(
        "addresses: [{host: 127.0.0.1, port: 1, prt: 1}]",
        "unknown key 'prt' under LISTENER.addresses[0]; did you mean"
    )]
    [TestCase("addresses: [{systemd: a}, one]", "addresses[1] is 'one'; write the keys of a section here")]
    [TestCase("addresses: [{unix: /a}, {unix: /a}]", "addresses[1].unix makes this 'unix:/a', as an earlier entry")]
    [TestCase("addresses: [{systemd: a}, {systemd: a}]", "addresses[1].systemd makes this 'systemd:a', as an earlier")]
    [TestCase(
        "addresses: [{host: 127.0.0.1, port: 7}, {host: 127.0.0.1, port: 7, reuse_port: true}]",
        "addresses[1].port makes this '127.0.0.1:7', as an earlier entry does; remove one of the two"
    )]
    [TestCase("unix: /a, reuse_port: true", "reuse_port is given for a Unix socket; only TCP has it")]
    [TestCase("systemd: a, port: 1", "port is given together with systemd; the unit of the socket says this")]
    [TestCase("systemd: a, mode: 0600", "mode is given together with systemd; the unit of the socket says this")]
    [TestCase("systemd: 'a:b'", "systemd is 'a:b'; write the FileDescriptorName= of the socket's unit")]
    [TestCase("host: ::1, port: 1, reuse_port: maybe", "reuse_port is 'maybe'; write true or false")]
    public void What_does_not_go_together_is_one_fault(string keys, string fault)
    {
        foreach (var role in Enum.GetValues<TunnelRole>())
        {
            var expected = fault.Replace("LISTENER", Section(role));
            Assert.That(Faults(role, keys.Replace("::1", "'::1'")), Has.Length.EqualTo(1).And.One.Contains(expected));
        }
    }

    [Test]
    public void A_port_0_may_be_there_twice() =>
        Assert.That(
            Read(TunnelRole.Server, "addresses: [{host: '::1', port: 0}, {host: '::1', port: 0}]"),
            Has.Count.EqualTo(2)
        );

    [Test]
    public void Each_address_that_others_can_reach_is_warned_of_unless_that_is_meant()
    {
        const string list = "addresses: [{host: 127.0.0.1, port: 1}, {host: 0.0.0.0, port: 2}, {systemd: a}]";
        Assert.That(
            Load(TunnelRole.Client, list).Warnings.Single().ToString(),
            Does.StartWith("x.yaml:1:65: local_listener.addresses[1].host is '0.0.0.0': this leg is plain TCP")
        );
        Assert.That(Load(TunnelRole.Client, list + ", accept_remote: true").Warnings, Is.Empty);
        Assert.That(
            Faults(TunnelRole.Client, list + ", accept_remote: false").Single(),
            Does.Contain("accept_remote is false although local_listener.addresses[1].host is '0.0.0.0'")
        );
    }

    [Test]
    public void A_tunnel_to_any_of_its_own_addresses_is_a_fault() =>
        Assert.That(
            Faults(TunnelRole.Server, "addresses: [{systemd: a}, {host: 0.0.0.0, port: 5432}]").Single(),
            Does.Contain("target_service.port makes this '127.0.0.1:5432', which is server_listener itself")
        );

    [TestCase(
        "addresses: [{systemd: a}, {host: '::1', port: 7}]",
        "2:77: tunnels[1].server_listener.addresses[1].port"
    )]
    [TestCase("host: '::1', port: 7, reuse_port: true", "2:50: tunnels[1].server_listener.port")]
    public void Two_tunnels_on_one_address_are_a_fault_at_the_second(string second, string place)
    {
        var faults = Example.Faults(() =>
            ConfigLoader.Parse(
                new ConfigSource("x.yaml"),
                "tunnels: [{name: a, server_listener: {host: '::1', port: 7, reuse_port: true}},\n"
                    + $"  {{name: b, server_listener: {{{second}}}}}]\n"
                    + "target_service: {host: '::1', port: 9}\n"
                    + Example.Server[Example.Server.IndexOf("tls:", StringComparison.Ordinal)..]
            )
        );
        Assert.That(
            faults.Single(),
            Does.StartWith($"x.yaml:{place} makes this '[::1]:7', where tunnel 'a' listens; give each tunnel")
        );
    }

    private static string Section(TunnelRole role) => role == TunnelRole.Server ? "server_listener" : "local_listener";

    private static ValueList<Address> Read(TunnelRole role, string keys) => Load(role, keys).Settings.Tunnels[0].Listen;

    private static LoadedConfig Load(TunnelRole role, string keys)
    {
        var text = role == TunnelRole.Server ? Example.Server : Example.Client;
        var rest = text.IndexOf(role == TunnelRole.Server ? "target" : "remote", StringComparison.Ordinal);
        return ConfigLoader.Parse(new ConfigSource("x.yaml", role), $"{Section(role)}: {{{keys}}}\n{text[rest..]}");
    }

    private static string[] Faults(TunnelRole role, string keys) => Example.Faults(() => Load(role, keys));
}
