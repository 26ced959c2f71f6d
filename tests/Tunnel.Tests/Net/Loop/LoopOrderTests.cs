using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net;

/// <summary>A socket comes to the loop that it was seated on.</summary>
public sealed class LoopOrderTests
{
    [Test]
    public async Task The_events_of_a_socket_come_in_on_the_loop_of_its_seat()
    {
        EventLoop.EnsureStarted();
        var loops = LoopOrder.Loops.ToArray();
        Assert.That(loops, Has.Length.EqualTo(Environment.ProcessorCount).And.All.Not.Null);
        using var listener = Wire.Listen();
        for (var round = 0; round < 20; round++)
        {
            foreach (var loop in loops)
            {
                Assert.That(await WhereHeardAsync(listener, LoopSeat.On(loop)), Is.SameAs(loop));
            }
        }
    }

    [Test]
    public async Task A_seat_beside_another_is_on_the_same_loop()
    {
        EventLoop.EnsureStarted();
        using var listener = Wire.Listen();
        using var first = LoopSeat.Anywhere();
        Assert.That(await WhereHeardAsync(listener, first.Beside()), Is.SameAs(first.Loop));
    }

    private static async Task<EventLoop?> WhereHeardAsync(Socket listener, LoopSeat seat)
    {
        var dialled = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        var socket = new SystemTcpSocket(dialled, seat);
        Assert.That((await socket.ConnectAsync(listener.EndPoint())).Error, Is.EqualTo(SocketError.Success));
        using var sender = await listener.AcceptSoonAsync();
        var channel = new SocketChannel(socket) { ReceivesOn = Continuation.Loop };
        var heard = LoopOfNextEventAsync(channel);
        await sender.SendAllAsync(new byte[1]);
        var loop = await heard.WaitAsync(Wire.Patience);
        channel.Dispose();
        return loop;
    }

    private static async Task<EventLoop?> LoopOfNextEventAsync(SocketChannel channel)
    {
        await channel.WaitReadableAsync().ConfigureAwait(false);
        return EventLoop.Current;
    }
}
