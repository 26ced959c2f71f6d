using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net.System;

/// <summary>Whoever gives up an attempt cuts its sockets from another thread, at any moment.</summary>
public sealed class SystemTcpSocketTests
{
    [Test]
    public async Task A_socket_that_was_cut_when_it_had_just_been_connected_is_a_peer_that_has_gone()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var socket = SystemNetwork.Instance.Open(AddressFamily.InterNetwork, beside: null);
        Assert.That((await socket.ConnectAsync(listener.EndPoint())).Error, Is.EqualTo(SocketError.Success));

        socket.Cut();
        var channel = new SocketChannel(socket, isDialled: true);

        Assert.That(channel.RemoteEndPoint, Is.EqualTo(listener.EndPoint()));
        Assert.That(channel.LocalEndPoint, Is.Null);
        Assert.That(channel.Receive(new byte[1]).Error, Is.EqualTo(SocketError.OperationAborted));
        Assert.That((await channel.SendAsync(new byte[1])).Error, Is.EqualTo(SocketError.OperationAborted));
        Assert.That(channel.ShutdownSend().Error, Is.EqualTo(SocketError.OperationAborted));
        Assert.That(channel.Inspect().Presence, Is.EqualTo(PeerPresence.Gone));
        Assert.That((await channel.WaitReadableAsync()).Error, Is.EqualTo(SocketError.OperationAborted));
        channel.Dispose();
    }

    [Test]
    public async Task A_socket_that_was_cut_before_it_is_connected_is_not_connected_any_more()
    {
        var socket = SystemNetwork.Instance.Open(AddressFamily.InterNetwork, beside: null);
        socket.Cut();
        var result = await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Wire.FreePort()));
        Assert.That(result.Error, Is.EqualTo(SocketError.OperationAborted));
        socket.Release();
    }
}
