using System.Text;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>Which application protocol two peers come to (RFC 7301).</summary>
public sealed class ApplicationProtocolTests
{
    [TestCase(new[] { "a/1", "b/1" }, new[] { "b/1", "a/1" }, "b/1", Description = "the server's preference decides")]
    [TestCase(new[] { "a/1", "b/1" }, new[] { "b/1" }, "b/1")]
    [TestCase(new string[0], new[] { "a/1" }, null)]
    [TestCase(new[] { "a/1" }, new string[0], null)]
    public async Task Both_ends_know_what_was_agreed(string[] offered, string[] accepted, string? agreed)
    {
        foreach (var clientBackend in new[] { TlsBackendSetting.OpenSsl, TlsBackendSetting.SslStream })
        foreach (var serverBackend in new[] { TlsBackendSetting.OpenSsl, TlsBackendSetting.SslStream })
        {
            using var peers = new TlsPeers();
            using var client = BackendChoice
                .For(clientBackend)
                .Backend.CreateEndpoint(peers.Client with { ApplicationProtocols = offered });
            using var server = BackendChoice
                .For(serverBackend)
                .Backend.CreateEndpoint(peers.Server with { ApplicationProtocols = accepted });

            var (near, far) = await peers.HandshakeAsync(client, server);

            var both = (near.Info!.ApplicationProtocol, far.Info!.ApplicationProtocol);
            Assert.That(both, Is.EqualTo((agreed, agreed)), $"{clientBackend} to {serverBackend}");
            near.Transport!.Dispose();
            far.Transport!.Dispose();
        }
    }

    [TestCase("", 0, 0)]
    [TestCase("\u0003b/1", 1, 3)]
    [TestCase("\u0003c/1\u0003b/1", 5, 3)]
    [TestCase("\u0003b/1\u0003a/1", 5, 3, Description = "our first choice, not the peer's")]
    [TestCase("\u0003c/1", 0, 0)]
    [TestCase("\u0004a/1", 0, 0, Description = "longer than what is there")]
    [TestCase("\u0000\u0000", 0, 0)]
    public void A_name_is_found_in_an_offer(string offer, int start, int length) =>
        Assert.That(ProtocolNames.Select(["a/1", "b/1"], Encoding.ASCII.GetBytes(offer)), Is.EqualTo((start, length)));

    [Test]
    public void Names_stand_behind_their_lengths() =>
        Assert.That(ProtocolNames.ToWire(["a/1", "bc"]), Is.EqualTo("\u0003a/1\u0002bc"u8.ToArray()));
}
