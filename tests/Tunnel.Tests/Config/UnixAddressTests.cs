using NUnit.Framework;
using Tunnel.Config;

namespace Tunnel.Tests.Config;

/// <summary>Unix sockets in place of hosts and ports, and what does not go with them.</summary>
public sealed class UnixAddressTests
{
    [Test]
    public void Paths_and_abstract_names_are_read_with_their_rights()
    {
        var settings = ConfigLoader
            .Parse(
                new ConfigSource("c.yaml", TunnelRole.Client),
                Listener("unix: /run/a.sock, mode: 0660, owner: 'user:7'")
                    .Replace("host: localhost\n  port: 8443", "unix: '@far'\n  server_name: db.example")
            )
            .Settings.Tunnels[0];
        var listen = (UnixAddress)settings.Listen[0];
        Assert.That((listen.Name, (int)listen.Mode, listen.Owner?.Path), Is.EqualTo(("/run/a.sock", 0x1b0, "user:7")));
        Assert.That(settings.Forward.ToString(), Is.EqualTo("unix:@far"));
    }

    [TestCase("unix: /a, host: 127.0.0.1", "local_listener.host is given together with a Unix socket")]
    [TestCase("unix: /a, port: 1", "local_listener.port is given together with a Unix socket")]
    [TestCase("host: 127.0.0.1, port: 1, mode: 0600", "local_listener.mode is given without a Unix socket")]
    [TestCase("unix: '@a', mode: 0600", "local_listener.mode is given for an abstract Unix socket")]
    [TestCase("unix: '@'", "local_listener.unix is '@'; write a name after the @")]
    [TestCase("unix: /a, mode: 0999", "local_listener.mode is '0999'; write three octal digits")]
    [TestCase("unix: /a, owner: 'a:b:c'", "local_listener.owner is 'a:b:c'; write user, user:group or :group")]
    [TestCase("unix: /a, accept_remote: true", "local_listener.accept_remote is given together with a Unix socket")]
    public void What_does_not_go_together_is_a_fault(string keys, string fault) =>
        Assert.That(Example.ClientFaults(Listener(keys)), Has.One.Contains(fault));

    [Test]
    public void A_path_longer_than_the_system_takes_is_a_fault()
    {
        Assert.That(Example.ClientFaults(Listener($"unix: /{new string('a', 106)}")), Is.Empty);
        Assert.That(
            Example.ClientFaults(Listener($"unix: /{new string('a', 107)}")),
            Has.One.Contains("at most 107 bytes")
        );
    }

    [Test]
    public void A_server_behind_a_Unix_socket_needs_a_name() =>
        Assert.That(
            Example.ClientFaults(Example.Client.Replace("host: localhost\n  port: 8443", "unix: /a")),
            Has.One.Contains("remote_server.server_name is missing; a Unix socket has no host name")
        );

    [Test]
    public void A_tunnel_to_its_own_socket_is_a_fault() =>
        Assert.That(
            Example.ServerFaults(
                Example
                    .Server.Replace("host: 0.0.0.0\n  port: 8443", "unix: /a")
                    .Replace("host: 127.0.0.1\n  port: 5432", "unix: /a")
            ),
            Has.One.Contains("target_service.unix makes this 'unix:/a', which is server_listener itself")
        );

    private static string Listener(string keys) =>
        Example.Client.Replace("local_listener:\n  host: 127.0.0.1\n  port: 1080", $"local_listener: {{{keys}}}");
}
