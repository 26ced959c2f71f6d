using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Peers whose handshake was good and who then ask for more than a tunnel has to give.</summary>
[LeavesNothing]
public sealed class HostilePeerTests
{
    private const int Some = 20;
    private const int Many = 5000;

    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task New_keys_are_answered_with_the_next_words([Values] TunnelRole role)
    {
        using var peers = new TlsPeers();
        using var endpoint = TlsPeers.Endpoint(peers.Profile(role));
        var (hostile, transport) = await MeetAsync(peers, endpoint, role);
        var flood = Enumerable.Range(0, Some).SelectMany(_ => hostile.KeyUpdate()).ToArray();
        await hostile.SendAsync([.. flood, .. hostile.Record(_words)]);

        Assert.That(await ReadAsync(transport), Is.EqualTo(_words));
        Assert.That(await transport.WriteAsync(_words), Is.EqualTo(IoStatus.Ok));
        Assert.That(await hostile.ReadAsync(), Is.EqualTo(_words));
        End(hostile, transport);
    }

    [Test]
    public async Task New_keys_without_end_end_the_connection([Values] TunnelRole role)
    {
        using var peers = new TlsPeers();
        using var endpoint = TlsPeers.Endpoint(peers.Profile(role));
        var (hostile, transport) = await MeetAsync(peers, endpoint, role);
        var sending = hostile.SendAsync([.. Enumerable.Range(0, Many).SelectMany(_ => hostile.KeyUpdate())]);

        var end = await transport.ReadAsync();

        Assert.That(end.Status, Is.EqualTo(IoStatus.Failed));
        Assert.That(transport.Fault?.Trouble.Cause, Does.Contain("without end"));
        await sending;
        End(hostile, transport);
    }

    [Test]
    public async Task A_server_that_asks_once_for_a_renegotiation_is_told_no_and_served_on()
    {
        using var peers = new TlsPeers().Speaking(SslProtocols.Tls12);
        using var endpoint = TlsPeers.Endpoint(peers.Client);
        var (hostile, transport) = await MeetAsync(peers, endpoint, TunnelRole.Client);

        await hostile.SendAsync([.. hostile.Renegotiation(), .. hostile.Record(_words)]);

        Assert.That(await ReadAsync(transport), Is.EqualTo(_words));
        End(hostile, transport);
    }

    [Test]
    public async Task A_server_that_asks_for_renegotiations_without_end_is_cut_off()
    {
        using var peers = new TlsPeers().Speaking(SslProtocols.Tls12);
        using var endpoint = TlsPeers.Endpoint(peers.Client);
        var (hostile, transport) = await MeetAsync(peers, endpoint, TunnelRole.Client);
        var sending = hostile.SendAsync([.. Enumerable.Range(0, Many).SelectMany(_ => hostile.Renegotiation())]);

        var end = await transport.ReadAsync();

        Assert.That(end.Status, Is.EqualTo(IoStatus.Failed));
        Assert.That(transport.Fault?.Trouble.Cause, Does.Contain("without end"));
        Assert.That((await transport.ReadAsync()).Status, Is.EqualTo(IoStatus.Failed), "once and for all");
        await sending;
        End(hostile, transport);
    }

    [Test]
    public async Task A_client_that_renegotiates_gets_nothing_but_no()
    {
        using var peers = new TlsPeers().Speaking(SslProtocols.Tls12);
        using var endpoint = TlsPeers.Endpoint(peers.Server);
        var (hostile, transport) = await MeetAsync(peers, endpoint, TunnelRole.Server);

        await hostile.SendAsync(hostile.Renegotiation());
        var reading = transport.ReadAsync().AsTask();
        Assert.That(await transport.WriteAsync(_words), Is.EqualTo(IoStatus.Ok));

        // The answer is on its way before or behind the words; libssl ends the connection over it.
        Assert.That(
            async () =>
            {
                await hostile.ReadAsync();
                await transport.WriteAsync(_words);
                await hostile.ReadAsync();
            },
            Throws.InvalidOperationException.With.Message.Contains("no renegotiation")
        );
        transport.Abort();
        (await reading).Return();
        End(hostile, transport);
    }

    [Test]
    public async Task Tickets_without_end_are_kept_one_at_a_time()
    {
        using var peers = new TlsPeers();
        using var endpoint = TlsPeers.Endpoint(peers.Client);
        var (hostile, transport) = await MeetAsync(peers, endpoint, TunnelRole.Client);
        var flood = Enumerable.Range(0, Many).SelectMany(_ => hostile.Ticket()).ToArray();
        var before = NativeMemoryUse.Bytes();
        var sending = hostile.SendAsync([.. flood, .. hostile.Record(_words)]);

        Assert.That(await ReadAsync(transport), Is.EqualTo(_words));
        await sending;

        Assert.That(NativeMemoryUse.Bytes() - before, Is.LessThan(Many * 1024), "a session is larger than that");
        End(hostile, transport);
    }

    [Test]
    public async Task What_is_no_record_fails_the_connection_only([Values] TunnelRole role)
    {
        using var peers = new TlsPeers();
        using var endpoint = TlsPeers.Endpoint(peers.Profile(role));
        var (hostile, transport) = await MeetAsync(peers, endpoint, role);

        await hostile.SendAsync([.. hostile.Record(_words), .. _words]);

        Assert.That(await ReadAsync(transport), Is.EqualTo(_words));
        Assert.That((await transport.ReadAsync()).Status, Is.EqualTo(IoStatus.Failed));
        Assert.That(transport.Fault?.Trouble.Cause, Is.Not.Empty);
        End(hostile, transport);
    }

    [Test]
    public async Task A_goodbye_instead_of_a_handshake_is_told_as_what_it_is()
    {
        using var peers = new TlsPeers();
        using var endpoint = TlsPeers.Endpoint(peers.Client);
        var (plain, channel) = await peers.ConnectAsync();

        // A warning alert, close_notify (RFC 8446 section 6), where a ServerHello should be.
        await plain.SendAllAsync(new byte[] { 21, 3, 3, 0, 2, 1, 0 });
        var outcome = await endpoint.HandshakeAsync(channel);

        Assert.That(outcome.Fault?.Kind, Is.EqualTo(HandshakeFaultKind.PeerLeft), outcome.Fault?.Detail);
        Assert.That(outcome.Fault!.Detail, Does.Contain("closed the connection during the handshake"));
        channel.Dispose();
        plain.Dispose();
    }

    private static async Task<(RawTls Hostile, ITransport Transport)> MeetAsync(
        TlsPeers peers,
        OpenSslEndpoint endpoint,
        TunnelRole ours
    )
    {
        var (plain, channel) = await peers.ConnectAsync();
        var hostile = new RawTls(peers.Profile(ours.Peer()), plain);
        var shaking = endpoint.HandshakeAsync(channel);
        await hostile.HandshakeAsync();
        var outcome = await shaking;
        return (hostile, outcome.Transport ?? throw new InvalidOperationException(outcome.ToString()));
    }

    private static async Task<byte[]> ReadAsync(ITransport transport)
    {
        var chunk = await transport.ReadAsync();
        Assert.That(chunk.Status, Is.EqualTo(IoStatus.Ok), transport.Fault?.Trouble.Cause);
        var bytes = chunk.Bytes.ToArray();
        chunk.Return();
        return bytes;
    }

    private static void End(RawTls hostile, ITransport transport)
    {
        transport.Dispose();
        hostile.Dispose();
    }
}
