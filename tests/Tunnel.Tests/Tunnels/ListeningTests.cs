using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Text;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Tunnels;

/// <summary>
/// A tunnel listens on those addresses of its host that the machine has, and names those that stand in its way.
/// </summary>
public sealed class ListeningTests
{
    private readonly List<string> _leftOut = [];
    private readonly List<ServedPort> _ports = [];
    private Engine _engine = null!;

    [SetUp]
    public void Begin()
    {
        _leftOut.Clear();
        _engine = new Engine();
    }

    [TearDown]
    public void Stop()
    {
        _ports.ForEach(port => _ = port.CloseAsync());
        _ports.Clear();
        _engine.Dispose();
    }

    [TestCase(SocketError.AddressNotAvailable)]
    [TestCase(SocketError.AddressFamilyNotSupported)]
    public void Localhost_without_IPv6_is_what_there_is_of_it(SocketError lack)
    {
        var bound = Bind("localhost", ["::1", "127.0.0.1"], ("::1", lack));
        Assert.That(bound, Is.EqualTo(["127.0.0.1"]));
        Assert.That(_leftOut, Has.Count.EqualTo(1).And.All.StartsWith("[::1]:"));
    }

    [Test]
    public void All_addresses_without_IPv6_are_those_of_IPv4()
    {
        var bound = Bind("::", ["::"], ("::", SocketError.AddressFamilyNotSupported));
        Assert.That(bound, Is.EqualTo(["0.0.0.0"]));
        Assert.That(_leftOut, Has.Count.EqualTo(1).And.All.Contains("IPv6 is switched off"));
    }

    [Test]
    public void A_link_local_address_without_interface_does_not_stand_in_the_way_of_others()
    {
        var bound = Bind("box", ["fe80::1", "127.0.0.1"], ("fe80::1", SocketError.InvalidArgument));
        Assert.That(bound, Is.EqualTo(["127.0.0.1"]));
        Assert.That(_leftOut, Has.Count.EqualTo(1).And.All.Contains("%eth0"));
    }

    [Test]
    public void A_host_of_whose_addresses_the_machine_has_none_is_refused_with_each_of_them()
    {
        var refused = Assert.Throws<TunnelStartException>(() =>
            Bind(
                "box",
                ["192.0.2.1", "2001:db8::1"],
                ("192.0.2.1", SocketError.AddressNotAvailable),
                ("2001:db8::1", SocketError.AddressNotAvailable)
            )
        )!;
        Assert.That(refused.Message, Does.StartWith("cannot listen on box:").And.Contain("192.0.2.1:"));
        Assert.That(refused.Message, Does.Contain("[2001:db8::1]:").And.Contain("does not belong to this machine"));
        Assert.That(_leftOut, Is.Empty);
    }

    [Test]
    public void An_address_that_is_taken_is_named()
    {
        var refused = Assert.Throws<TunnelStartException>(() =>
            Bind("localhost", ["127.0.0.1", "::1"], ("::1", SocketError.AddressAlreadyInUse))
        )!;
        Assert.That(refused.Message, Does.Contain("[::1]:").And.Contain("already in use"));
    }

    [Test]
    public void An_address_that_is_the_host_is_named_once()
    {
        var refused = Assert.Throws<TunnelStartException>(() =>
            Bind("192.0.2.9", ["192.0.2.9"], ("192.0.2.9", SocketError.AddressNotAvailable))
        )!;
        Assert.That(refused.Message, Does.StartWith("cannot listen on 192.0.2.9:0: the address does not belong"));
    }

    [Test]
    public async Task A_host_that_resolves_to_nothing_is_named()
    {
        var refused = await Assert.ThrowsAsync<TunnelStartException>(() =>
            BindAsync(new HostPort("empty..label", 8443))
        )!;
        Assert.That(
            refused!.Message,
            Is.EqualTo(
                "cannot listen on empty..label:8443: empty..label: the name does not exist (NXDOMAIN, and not in "
                    + "/etc/hosts); correct it, or add it there"
            )
        );
    }

    [TestCase("127.0.0.1", "127.0.0.1")]
    [TestCase("::ffff:127.0.0.1", "127.0.0.1")]
    [TestCase("0.0.0.0", "127.0.0.1")]
    [TestCase("::", "127.0.0.1")]
    [TestCase("localhost", "127.0.0.1")]
    public async Task Hosts_of_every_kind_are_listened_on(string host, string reached)
    {
        var bound = await BindAsync(new HostPort(host, 0));
        _ports.AddRange(bound);
        var port = bound
            .First(one => one.EndPoint.AddressFamily == AddressFamily.InterNetwork || host == "::")
            .EndPoint.Port();
        Assert.That(await DialAsync(new IPEndPoint(IPAddress.Parse(reached), port)), Is.Null);
    }

    private async Task<IReadOnlyList<ServedPort>> BindAsync(HostPort at) =>
        await Listening.BindAsync(
            at,
            _engine,
            endPoint => new ServedPort(Listener.Bind((IPEndPoint)endPoint, _engine)),
            TunnelLogger.OfProcess
        );

    private static async Task<SocketException?> DialAsync(EndPoint to)
    {
        try
        {
            (await Wire.DialAsync(to)).Dispose();
            return null;
        }
        catch (SocketException e)
        {
            return e;
        }
    }

    private string[] Bind(string host, string[] addresses, params (string Address, SocketError Error)[] refused) =>
        [
            .. Listening
                .Bind(
                    new HostPort(host, 0),
                    addresses.Select(IPAddress.Parse),
                    endPoint =>
                    {
                        var error = refused.FirstOrDefault(one => one.Address == endPoint.Address.ToString()).Error;
                        if (error != SocketError.Success)
                        {
                            throw new SocketException((int)error);
                        }

                        _ports.Add(new ServedPort(Listener.Bind(endPoint, _engine)));
                        return _ports[^1];
                    },
                    (endPoint, words) => _leftOut.Add($"{endPoint}: {words}")
                )
                .Select(listener => ((IPEndPoint)listener.EndPoint).Address.ToString()),
        ];
}
