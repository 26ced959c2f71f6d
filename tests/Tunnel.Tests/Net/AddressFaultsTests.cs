using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;

namespace Tunnel.Tests.Net;

/// <summary>One error of the system is another fault for another address.</summary>
public sealed class AddressFaultsTests
{
    [TestCase("192.0.2.9", 8443, SocketError.AddressNotAvailable, "does not belong to this machine")]
    [TestCase("::1", 8443, SocketError.AddressFamilyNotSupported, "IPv6 is switched off")]
    [TestCase("0.0.0.0", 80, SocketError.AccessDenied, "CAP_NET_BIND_SERVICE")]
    [TestCase("0.0.0.0", 8443, SocketError.AccessDenied, "security policy")]
    [TestCase("127.0.0.1", 8443, SocketError.AddressAlreadyInUse, "ss -ltnp sport = :8443")]
    [TestCase("fe80::1", 8443, SocketError.InvalidArgument, "fe80::1%eth0")]
    [TestCase("fe80::1%99", 8443, SocketError.SocketError, "no interface number 99")]
    [TestCase("fe80::1%1", 8443, SocketError.AddressNotAvailable, "does not belong to this machine")]
    public void Words_for_a_listener(string address, int port, SocketError error, string words)
    {
        Assert.That(
            AddressFaults.OfListening(new IPEndPoint(IPAddress.Parse(address), port), error).ToString(),
            Does.Contain(words)
        );
    }

    [TestCase("127.0.0.1", SocketError.AddressNotAvailable, "ip_local_port_range")]
    [TestCase("fe80::1", SocketError.InvalidArgument, "fe80::1%eth0")]
    [TestCase("2001:db8::1", SocketError.AddressFamilyNotSupported, "IPv6 is switched off")]
    [TestCase("192.0.2.1", SocketError.AccessDenied, "firewall")]
    [TestCase("192.0.2.1", SocketError.OperationAborted, "no answer so far")]
    [TestCase("192.0.2.1", SocketError.TooManyOpenSockets, "ulimit -n")]
    public void Words_for_a_connection(string address, SocketError error, string words)
    {
        var faults = AddressFaults.OfConnecting(new IPEndPoint(IPAddress.Parse(address), 5432), error).ToString();
        Assert.That(faults, Does.Contain(words).And.Not.Contain("does not belong to this machine"));
    }

    [TestCase("fe80::1")]
    [TestCase("fe80::1%99")]
    public void The_system_s_own_errors_for_a_link_local_address_lead_on(string address)
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        var endPoint = new IPEndPoint(IPAddress.Parse(address), 0);
        var refused = Assert.Throws<SocketException>(() => socket.Bind(endPoint))!;
        Assert.That(AddressFaults.OfListening(endPoint, refused.SocketErrorCode).Cause, Does.Contain("ip link"));
    }
}
