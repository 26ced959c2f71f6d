using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>The timeouts fire by the clock of the system, too, and both sides see RST.</summary>
public sealed class ProcessTimeoutTests(BackendPair backends) : ProcessTests(backends)
{
    [Test]
    public async Task Idle()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            Options with
            {
                Server = "timeouts: {idle: 0.5}",
            }
        );
        var (application, service) = await pair.OpenAsync(target);

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await service.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That((await pair.Server.ClosedAsync())[0].End, Is.EqualTo(("idle_timeout", "tunnel")));
        AssertNoFault(pair);
    }

    [Test]
    public async Task An_application_that_takes_nothing()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            Options with
            {
                Client = "timeouts: {write: 1}",
            }
        );
        var (application, service) = await pair.OpenAsync(target);
        var flood = new Pattern(3).SendAsync(service, long.MaxValue, _ => { });

        var closed = (await pair.Client.ClosedAsync())[0];

        Assert.That(closed.End, Is.EqualTo(("write_timeout", "tunnel")), closed.ToString());
        Assert.That(async () => await flood, Throws.InstanceOf<SocketException>());
        application.Dispose();
        AssertNoFault(pair);
    }

    [Test]
    public async Task A_handshake_that_does_not_come_to_its_end()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            Options with
            {
                Server = "timeouts: {handshake: 0.5}",
            }
        );
        using var mute = await Wire.DialAsync(pair.Server.EndPoint);
        // The beginning of a ClientHello.
        await mute.SendAllAsync(new byte[] { 22, 3, 1, 2, 0, 1 });

        Assert.That(await mute.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That((await pair.Server.ClosedAsync())[0].Reason, Is.EqualTo("handshake_timeout"));
        AssertNoFault(pair);
    }
}
