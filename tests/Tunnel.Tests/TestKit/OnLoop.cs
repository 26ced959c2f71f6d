using NUnit.Framework;
using Tunnel.Net;

namespace Tunnel.Tests.TestKit;

/// <summary>Runs part of a test where sessions run: on an event loop.</summary>
public static class OnLoop
{
    public static async Task RunAsync(Func<Task> work)
    {
        EventLoop.EnsureStarted();
        using var listener = Wire.Listen();
        using var sender = await Wire.DialAsync(listener.EndPoint());
        var channel = new SocketChannel(new SystemTcpSocket(await listener.AcceptSoonAsync()));
        var running = WhenReadableAsync(channel, work);
        await sender.SendAllAsync(new byte[1]);
        await running.WaitAsync(Wire.Patience);
        channel.Abort();
    }

    /// <summary>Fails where the thread is not a loop.</summary>
    public static void AssertHere() => Assert.That(Thread.CurrentThread.IsThreadPoolThread, Is.False, "not on a loop");

    private static async Task WhenReadableAsync(SocketChannel channel, Func<Task> work)
    {
        channel.ReceivesOn = Continuation.Loop;
        await channel.WaitReadableAsync().ConfigureAwait(false);
        AssertHere();
        await work().ConfigureAwait(false);
    }
}
