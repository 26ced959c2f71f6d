using System.Security.Cryptography;
using NUnit.Framework;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Secrets do not stay in memory longer than they are needed.</summary>
[LeavesNothing]
public sealed class WipedSecretsTests
{
    [Test]
    public void A_key_for_records_wipes_the_secret_that_it_was_made_of()
    {
        var secret = RandomNumberGenerator.GetBytes(48);
        var key = new RecordKey(AeadSuite.Find("TLS_AES_256_GCM_SHA384")!, secret, seals: true);
        key.Advance();
        Assert.That(secret, Has.Some.Not.Zero);

        key.Dispose();

        Assert.That(secret, Is.All.Zero);
    }

    [Test]
    public async Task The_secrets_of_a_handshake_are_handed_over_once()
    {
        using var meeting = await Handshake.CompleteAsync();
        var (client, server) = (meeting.Peer.Secrets.Client!, meeting.Peer.Secrets.Server!);

        Assert.That(meeting.Peer.Secrets.HandOver(), Is.EqualTo((client, server)));

        Assert.That(meeting.Peer.Secrets.HandOver(), Is.Null);
        meeting.Peer.Secrets.Wipe();
        Assert.That(client, Has.Some.Not.Zero, "who has taken them over has them whole");
        Assert.That(server, Has.Some.Not.Zero);
    }

    [Test]
    public async Task Secrets_that_nobody_takes_over_are_wiped()
    {
        using var meeting = await Handshake.CompleteAsync();
        var (client, server) = (meeting.Peer.Secrets.Client!, meeting.Peer.Secrets.Server!);

        meeting.Peer.Secrets.Wipe();

        Assert.That(client.Concat(server), Is.All.Zero);
        Assert.That(
            (meeting.Peer.Secrets.Client, meeting.Peer.Secrets.Server),
            Is.EqualTo(((byte[]?)null, (byte[]?)null))
        );
    }

    [Test]
    public async Task Records_of_libssl_leave_no_secret_with_us()
    {
        using var meeting = await Handshake.CompleteAsync();
        var (client, server) = (meeting.Peer.Secrets.Client!, meeting.Peer.Secrets.Server!);

        // Libssl's own are taken where the suite is none of ours.
        var records = meeting.Peer.Records("TLS_AES_128_CCM_SHA256");

        Assert.That(records, Is.TypeOf<LibSslRecords>());
        Assert.That(client.Concat(server), Is.All.Zero);
    }

    [Test]
    public void Ticket_keys_are_wiped_with_their_ring_and_the_secrets_with_their_file()
    {
        using var directory = new TempDirectory();
        var secrets = TicketSecrets.Load(directory.Write("secrets", TicketFiles.Of(TicketFiles.Secret())));
        var ring = new TicketKeyRing(secrets, 9);
        var key = ring.Sealing;
        Assert.That(key.Cipher.ContainsAnyExcept((byte)0) && key.Mac.ContainsAnyExcept((byte)0));

        ring.Dispose();
        secrets.Dispose();

        Assert.That(key.Cipher.ContainsAnyExcept((byte)0) || key.Mac.ContainsAnyExcept((byte)0), Is.False);
        Assert.That(secrets.Extracted.SelectMany(secret => secret), Is.All.Zero);
    }

    [Test]
    public void The_keys_of_a_server_are_wiped_when_it_ends_and_what_others_have_is_not()
    {
        using var directory = new TempDirectory();
        var time = new ManualTime();
        var file = directory.Write("secrets", TicketFiles.Of(TicketFiles.Secret()));
        using var given = TicketSecrets.Load(file);
        var keys = new TicketKeys(given, null, time);
        File.WriteAllText(file, TicketFiles.Of(TicketFiles.Secret()));
        time.Advance(TimeSpan.FromSeconds(10));
        var last = keys.Current.Sealing;

        keys.Dispose();

        Assert.That(last.Cipher.ContainsAnyExcept((byte)0), Is.False);
        Assert.That(given.Extracted[0], Has.Some.Not.Zero);
    }

    /// <summary>A peer in TLS 1.3 whose handshake with an endpoint of ours is complete.</summary>
    private sealed class Handshake : IDisposable
    {
        private readonly TlsPeers _peers = new();
        private readonly OpenSslEndpoint _endpoint;
        private Tunnel.Net.ITransport _transport = null!;

        private Handshake() => _endpoint = TlsPeers.Endpoint(_peers.Server);

        public RawTls Peer { get; private set; } = null!;

        public static async Task<Handshake> CompleteAsync()
        {
            var handshake = new Handshake();
            var (plain, channel) = await handshake._peers.ConnectAsync();
            handshake.Peer = new RawTls(handshake._peers.Client, plain);
            var shaking = handshake._endpoint.HandshakeAsync(channel);
            await handshake.Peer.HandshakeAsync();
            handshake._transport = (await shaking).Transport!;
            return handshake;
        }

        public void Dispose()
        {
            _transport.Dispose();
            Peer.Dispose();
            _endpoint.Dispose();
            _peers.Dispose();
        }
    }
}
