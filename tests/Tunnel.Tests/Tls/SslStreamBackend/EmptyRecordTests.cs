using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Tests.Tls.SslStreamBackend;

/// <summary>
/// Handshake records without content (RFC 8446 section 5.1 forbids them), for which SslStream looks one byte too far.
/// </summary>
[LeavesNothing]
public sealed class EmptyRecordTests
{
    // More than libssl or SslStream take of them.
    private const int Most = 40;

    private static readonly byte[] _empty = [22, 3, 3, 0, 0];

    [Test]
    public async Task They_are_a_fault_of_the_peer([Values] TunnelRole ours)
    {
        using var peers = new TlsPeers();
        using var endpoint = new SslStreamEndpoint(peers.Profile(ours), "SslStream");
        var hello = await ClientHello.BytesAsync();
        for (var count = 1; count <= Most; count++)
        {
            var (plain, channel) = await peers.ConnectAsync();
            var shaking = endpoint.HandshakeAsync(channel);
            if (ours == TunnelRole.Server)
            {
                await plain.SendAllAsync(hello);
            }

            // Its flight, or its hello: from now on it waits for ours.
            await plain.ReceiveAsync(new byte[16 * 1024]);
            await plain.SendAllAsync((byte[])[.. Enumerable.Repeat(_empty, count).SelectMany(record => record)]);
            plain.Shutdown(SocketShutdown.Send);

            var outcome = await shaking.WaitAsync(Wire.Patience);

            Assert.That(outcome.Fault, Is.Not.Null, $"{count} records");
            channel.Dispose();
            plain.Dispose();
        }
    }
}
