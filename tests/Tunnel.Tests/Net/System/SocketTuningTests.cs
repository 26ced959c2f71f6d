using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net.System;

/// <summary>Every TCP connection has the same options, however it has come about.</summary>
[Platform("Linux")]
public sealed class SocketTuningTests
{
    [Test]
    public async Task A_connection_that_we_accept_has_them()
    {
        using var engine = new Engine();
        var listening = SystemNetwork.Instance.Listen(new IPEndPoint(IPAddress.Loopback, 0), reusePort: false);
        using var peer = await Wire.DialAsync(listening.EndPoint);

        await ExpectAsync(listening);
    }

    [Test]
    public async Task One_that_waited_at_a_socket_of_others_has_them_and_so_has_one_that_comes_later()
    {
        using var passed = Wire.Listen();
        using var early = await Wire.DialAsync(passed.LocalEndPoint!);
        var listening = SystemNetwork.Instance.Listen(new PassedSocket("web", (int)passed.Handle));
        await ExpectAsync(listening, isLast: false);
        using var late = await Wire.DialAsync(passed.LocalEndPoint!);

        await ExpectAsync(listening);
    }

    [Test]
    public async Task One_that_we_dial_has_them()
    {
        using var listener = Wire.Listen();
        var socket = SystemNetwork.Instance.Open(AddressFamily.InterNetwork, beside: null);
        await socket.ConnectAsync(listener.EndPoint());

        Expect(socket);
    }

    private static async Task ExpectAsync(IListenSocket listening, bool isLast = true)
    {
        Assert.That((await listening.AcceptAsync()).Error, Is.EqualTo(SocketError.Success));
        Expect(listening.TakeAccepted()!);
        if (isLast)
        {
            listening.Close(() => true, one => one.Close());
            listening.Release();
        }
    }

    private static void Expect(ITcpSocket connection)
    {
        var socket = SocketOf((SystemSocket)connection);
        Assert.Multiple(() =>
        {
            Assert.That(socket.NoDelay, Is.True);
            Assert.That(Of(socket, SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline), Is.Not.Zero);
            Assert.That(Of(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive), Is.Not.Zero);
            Assert.That(Of(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime), Is.EqualTo(60));
            Assert.That(Of(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval), Is.EqualTo(15));
            Assert.That(Of(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount), Is.EqualTo(4));
            Assert.That(socket.LingerState, Is.EqualTo(new LingerOption(enable: true, seconds: 0)), "RST if we die");
        });
        connection.Cut();
        connection.Release();
    }

    private static int Of(Socket socket, SocketOptionLevel level, SocketOptionName name) =>
        (int)socket.GetSocketOption(level, name)!;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref readonly Socket SocketOf(SystemSocket connection);
}
