using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Ciphers, suites, groups and the server's name as the configuration has them.</summary>
[LeavesNothing]
public sealed class SettingsTests
{
    [TestCase("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")]
    [TestCase("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")]
    [TestCase("ECDHE-ECDSA-AES256-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384")]
    public async Task A_cipher_of_TLS_1_2_is_taken_and_carries_a_full_turn(string cipher, string name)
    {
        using var peers = new TlsPeers().Speaking(SslProtocols.Tls12);
        await AssertCarriesAsync(peers, peers.Client with { Ciphers = cipher }, name);
    }

    [TestCase("TLS_CHACHA20_POLY1305_SHA256")]
    [TestCase("TLS_AES_128_GCM_SHA256")]
    public async Task A_suite_of_TLS_1_3_is_taken(string suite)
    {
        using var peers = new TlsPeers();
        await AssertCarriesAsync(peers, peers.Client with { CipherSuites = suite }, suite);
    }

    [TestCase("P-384", "P-384", true)]
    [TestCase("X25519:P-256", "P-256", true)]
    [TestCase("P-384", "P-256", false)]
    public async Task Only_the_groups_set_are_used(string clients, string servers, bool agree)
    {
        using var peers = new TlsPeers();
        using var client = TlsPeers.Endpoint(peers.Client with { Groups = clients });
        using var server = TlsPeers.Endpoint(peers.Server with { Groups = servers });

        var (near, far) = await peers.HandshakeAsync(client, server);

        Assert.That(near.Transport is not null, Is.EqualTo(agree), near.ToString());
        if (agree)
        {
            await TlsPeers.PassAndCloseAsync(near, far);
        }
        else
        {
            Assert.That(near.Fault!.Detail, Does.Contain("no cipher, group or signature algorithm in common"));
        }
    }

    public static IEnumerable<TestCaseData> Unknown =>
        [
            new TestCaseData((TlsProfile profile) => profile with { Ciphers = "NONSENSE" }, "tls.ciphers"),
            new TestCaseData((TlsProfile profile) => profile with { CipherSuites = "NONSENSE" }, "tls.ciphersuites"),
            new TestCaseData((TlsProfile profile) => profile with { Groups = "NONSENSE" }, "tls.groups"),
        ];

    [TestCaseSource(nameof(Unknown))]
    public void An_unknown_name_is_told_at_start(Func<TlsProfile, TlsProfile> set, string key)
    {
        using var peers = new TlsPeers();
        Assert.That(
            () => TlsPeers.Endpoint(set(peers.Client)),
            Throws.TypeOf<TlsSetupException>().With.Message.Contains(key).And.Message.Contains("NONSENSE")
        );
    }

    [TestCaseSource(nameof(Unknown))]
    public void SslStream_refuses_at_start_what_it_cannot_do(Func<TlsProfile, TlsProfile> set, string key)
    {
        using var peers = new TlsPeers();
        Assert.That(
            () => new SslStreamTls().CreateEndpoint(set(peers.Client)),
            Throws.TypeOf<TlsSetupException>().With.Message.Contains($"{key} needs the openssl backend")
        );
    }

    [Test]
    public void SslStream_refuses_at_start_to_share_tickets()
    {
        using var peers = new TlsPeers();
        var secrets = TicketSecrets.Load(peers.WriteFile("tickets", TicketFiles.Secret() + "\n"));
        Assert.That(
            () => new SslStreamTls().CreateEndpoint(peers.Server with { TicketSecrets = secrets }),
            Throws.TypeOf<TlsSetupException>().With.Message.Contains("tls.ticket_keys needs the openssl backend")
        );
    }

    [TestCase("bücher.example")]
    [TestCase("a\0b.example")]
    [TestCase(
        "a123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
            + "a123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
            + "a12345678901234567890123456789012345678901234567890123.example"
    )]
    public void A_name_that_cannot_be_sent_is_told_at_start(string name)
    {
        using var peers = new TlsPeers();
        Assert.That(
            () => TlsPeers.Endpoint(peers.Client with { ServerName = name }),
            Throws.TypeOf<TlsSetupException>().With.Message.Contains("cannot be sent to a server")
        );
    }

    private static async Task AssertCarriesAsync(TlsPeers peers, TlsProfile clientProfile, string cipher)
    {
        using var client = TlsPeers.Endpoint(clientProfile);
        using var server = TlsPeers.Endpoint(peers.Server);
        var (near, far) = await peers.HandshakeAsync(client, server);
        Assert.That(near.Info!.Cipher, Is.EqualTo(cipher));

        var sent = new byte[BufferPool.LargePlaintext];
        Random.Shared.NextBytes(sent);
        var writing = far.Transport!.WriteAsync(sent).AsTask();
        var came = new List<byte>();
        while (came.Count < sent.Length)
        {
            var chunk = await near.Transport!.ReadAsync();
            Assert.That(chunk.Status, Is.EqualTo(IoStatus.Ok), near.Transport.Fault?.Trouble.Cause);
            came.AddRange(chunk.Bytes.Span);
            chunk.Return();
        }

        Assert.That(await writing, Is.EqualTo(IoStatus.Ok));
        Assert.That(came, Is.EqualTo(sent));
        await TlsPeers.PassAndCloseAsync(near, far);
    }
}
