using System.Net.Sockets;
using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.Opening;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>
/// A peer that breaks the rules after the handshake hears why, behind the last byte that was on its way to it.
/// </summary>
[LeavesNothing]
public sealed class LastWordsTests
{
    public enum Fault
    {
        ChangedRecord,
        UnknownType,
        KeyUpdateOfNoKind,
        TooLong,
        BetweenPieces,
        WithoutEnd,
    }

    private static readonly byte[] _words = "some words"u8.ToArray();

    [TestCase(Fault.ChangedRecord, "alert bad record mac")]
    [TestCase(Fault.UnknownType, "alert unexpected message")]
    [TestCase(Fault.KeyUpdateOfNoKind, "alert illegal parameter")]
    [TestCase(Fault.TooLong, "alert record overflow")]
    [TestCase(Fault.BetweenPieces, "alert unexpected message")]
    [TestCase(Fault.WithoutEnd, "alert unexpected message")]
    public async Task A_client_hears_the_alert(Fault fault, string alert)
    {
        await using var pair = await Pair.StartAsync(new PairOptions { Backend = TestBackends.OpenSsl });
        var profile = Tunnelling(TlsProfiles.Of(pair.ClientSettings)) with { SessionResumption = false };
        using var peer = new RawTls(profile, await Wire.DialAsync(pair.Server!.Endpoints[0]));
        await peer.HandshakeAsync();
        using var target = await pair.Target.AcceptSoonAsync();
        await peer.ReadAsync();

        await CheckAsync(peer, target, fault, alert);

        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("network_error", "client")), session.ToString());
    }

    [TestCase(Fault.ChangedRecord, "alert bad record mac")]
    [TestCase(Fault.BetweenPieces, "alert unexpected message")]
    public async Task A_server_hears_the_alert(Fault fault, string alert)
    {
        await using var pair = await Pair.StartAsync(
            new PairOptions { Backend = TestBackends.OpenSsl, StartServer = false }
        );
        using var listener = Wire.Listen(pair.ServerSettings.Listen[0].Port());
        using var application = await pair.DialAsync();
        var profile = Tunnelling(TlsProfiles.Of(pair.ServerSettings)) with { SessionResumption = false };
        using var peer = new RawTls(profile, await listener.AcceptSoonAsync());
        await peer.HandshakeAsync();
        using var key = peer.Sealing();
        await peer.SendAsync(
            key.Record(new Greeting(GreetingCode.Ready, "peer").ToFrame(), ContentTypes.ApplicationData)
        );

        await CheckAsync(peer, application, fault, alert, key);
    }

    [Test]
    public async Task A_client_of_TLS_1_2_hears_the_alert_of_libssl()
    {
        await using var pair = await Pair.StartAsync(new PairOptions { Backend = TestBackends.OpenSsl });
        var profile = Tunnelling(TlsProfiles.Of(pair.ClientSettings)) with { Versions = SslProtocols.Tls12 };
        using var peer = new RawTls(profile, await Wire.DialAsync(pair.Server!.Endpoints[0]));
        await peer.HandshakeAsync();
        using var target = await pair.Target.AcceptSoonAsync();
        await peer.ReadAsync();
        await peer.SendAsync(peer.Record(_words));
        await peer.SendAsync(Changed(peer.Record(_words)));

        Assert.That((await peer.ReadToEndAsync()).End, Does.Contain("alert bad record mac"));
        Assert.That(await target.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        Assert.That(await target.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
    }

    private static TlsProfile Tunnelling(TlsProfile profile) =>
        profile with
        {
            ApplicationProtocols = [Greeting.Protocol],
        };

    private static async Task CheckAsync(RawTls peer, Socket far, Fault fault, string alert, RecordKey? with = null)
    {
        var key = with ?? peer.Sealing();
        await peer.SendAsync(key.Record(_words, ContentTypes.ApplicationData));
        Assert.That(await far.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        await far.SendAllAsync(_words);
        Assert.That(await peer.ReadAsync(), Is.EqualTo(_words));

        await peer.SendAsync(Bytes(key, fault));

        Assert.That((await peer.ReadToEndAsync()).End, Does.Contain(alert));
        Assert.That(await far.EndAsync(), Is.EqualTo(SocketError.ConnectionReset), "it was no end in order");
        if (with is null)
        {
            key.Dispose();
        }
    }

    private static byte[] Bytes(RecordKey key, Fault fault) =>
        fault switch
        {
            Fault.ChangedRecord => Changed(key.Record(_words, ContentTypes.ApplicationData)),
            Fault.UnknownType => [20, 3, 3, 0, 1, 1],
            Fault.TooLong => [23, 3, 3, 0x41, 1],
            Fault.KeyUpdateOfNoKind => key.Record([24, 0, 0, 1, 2], ContentTypes.Handshake),
            Fault.BetweenPieces =>
            [
                .. key.Record([24, 0], ContentTypes.Handshake),
                .. key.Record(_words, ContentTypes.ApplicationData),
            ],
            _ => key.Repeat(33, [], ContentTypes.ApplicationData),
        };

    private static byte[] Changed(byte[] record)
    {
        record[^1] ^= 1;
        return record;
    }
}
