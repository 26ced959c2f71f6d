using NUnit.Framework;
using Tunnel.Config;

namespace Tunnel.Tests.Config;

/// <summary>A tunnel whose far side is its own listener.</summary>
public sealed class SelfLoopTests
{
    [TestCase("127.0.0.1", "127.0.0.1")]
    [TestCase("127.0.0.1", "localhost")]
    [TestCase("localhost", "127.0.0.1")]
    [TestCase("localhost", "LOCALHOST")]
    [TestCase("::1", "localhost")]
    [TestCase("0.0.0.0", "127.0.0.1")]
    [TestCase("0.0.0.0", "127.0.0.7")]
    [TestCase("0.0.0.0", "localhost")]
    [TestCase("'::'", "127.0.0.1")]
    [TestCase("'::'", "'::1'")]
    [TestCase("db.example", "DB.example")]
    [TestCase("192.0.2.7", "192.0.2.7")]
    public void Is_a_fault_in_both_roles(string listener, string far)
    {
        Assert.That(ClientFaults(listener, far), Has.One.Contains("which is local_listener itself; the tunnel would"));
        Assert.That(ServerFaults(listener, far), Has.One.Contains("which is server_listener itself; the tunnel would"));
        Assert.That(ClientFaults(listener, far).Single(), Does.StartWith("c.yaml:6:9: remote_server.port makes this "));
    }

    [TestCase("127.0.0.1", "127.0.0.2")]
    [TestCase("127.0.0.1", "::1")]
    [TestCase("0.0.0.0", "::1")]
    [TestCase("192.0.2.7", "127.0.0.1")]
    [TestCase("192.0.2.7", "localhost")]
    [TestCase("0.0.0.0", "192.0.2.7")]
    [TestCase("localhost", "db.example")]
    public void Other_addresses_of_the_same_port_are_other_listeners(string listener, string far)
    {
        Assert.That(ClientFaults(listener, far), Is.Empty);
        Assert.That(ServerFaults(listener, far), Is.Empty);
    }

    [TestCase(1080, 1081)]
    [TestCase(0, 1080)]
    public void Other_ports_are_other_listeners(int listener, int far) =>
        Assert.That(SelfLoop.LeadsBack(new HostPort("127.0.0.1", listener), new HostPort("127.0.0.1", far)), Is.False);

    private static string[] ClientFaults(string listener, string far) =>
        Example.ClientFaults(
            Example
                .Client.Replace("host: 127.0.0.1", $"host: {listener}")
                .Replace("host: localhost\n  port: 8443", $"host: {far}\n  port: 1080")
        );

    private static string[] ServerFaults(string listener, string far) =>
        Example.ServerFaults(
            Example
                .Server.Replace("host: 127.0.0.1\n  port: 5432", $"host: {far}\n  port: 8443")
                .Replace("host: 0.0.0.0", $"host: {listener}")
        );
}
