using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>The target is told who the client is before it hears the client.</summary>
public sealed class ProxyToTargetTests(BackendPair backends) : BehaviourTests(backends)
{
    private const int BlockBytes = 16;

    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task A_line_comes_before_the_first_byte_of_the_client()
    {
        await using var pair = await Pair.StartAsync(Sending(ProxyVersion.V1));

        var (came, session) = await VisitAsync(pair);

        var peer = IPEndPoint.Parse(session.Peer);
        Assert.That(
            Encoding.ASCII.GetString(came),
            Is.EqualTo(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"PROXY TCP4 127.0.0.1 127.0.0.1 {peer.Port} {pair.Server!.Endpoints[0].Port()}\r\nsome words"
                )
            )
        );
        Assert.That(session.Sent, Is.EqualTo(_words.Length), session.ToString());
    }

    [Test]
    public async Task A_block_comes_before_the_first_byte_of_the_client()
    {
        await using var pair = await Pair.StartAsync(Sending(ProxyVersion.V2));

        for (var i = 0; i < 3; i++)
        {
            var (came, session) = await VisitAsync(pair);

            // CERT_CONN only if the certificate was presented in this connection.
            var flags = session.Resumed == "yes" ? "05" : "07";
            var ssl = $"{flags}00000000{Tlv(0x21, session.TlsVersion)}{Tlv(0x22, "client")}{Tlv(0x23, session.Cipher)}";
            Assert.That(
                Convert.ToHexStringLower(came),
                Is.EqualTo(Block(pair, session, $"20{ssl.Length / 2:x4}{ssl}") + Convert.ToHexStringLower(_words)),
                session.ToString()
            );
        }
    }

    [Test]
    public async Task A_block_about_a_client_without_a_certificate_names_nobody()
    {
        await using var pair = await Pair.StartAsync(
            Sending(ProxyVersion.V2, settings => settings with { Tls = settings.Tls with { PeerCaFile = null } })
        );

        var (came, session) = await VisitAsync(pair);

        var ssl = $"0100000001{Tlv(0x21, session.TlsVersion)}{Tlv(0x23, session.Cipher)}";
        Assert.That(
            Convert.ToHexStringLower(came),
            Is.EqualTo(Block(pair, session, $"20{ssl.Length / 2:x4}{ssl}") + Convert.ToHexStringLower(_words))
        );
    }

    [Test]
    public async Task A_target_that_speaks_first_is_told_first()
    {
        await using var pair = await Pair.StartAsync(Sending(ProxyVersion.V2));
        var (application, target) = await pair.OpenAsync();

        var start = await target.ReadExactlyAsync(BlockBytes);
        Assert.That(Convert.ToHexStringLower(start), Does.StartWith("0d0a0d0a000d0a515549540a2111"));
        await target.PassAsync(application, _words);

        application.Dispose();
        target.Dispose();
    }

    private static PairOptions Sending(ProxyVersion version, Func<TunnelSettings, TunnelSettings>? more = null) =>
        new()
        {
            Server = settings =>
                (more ?? (same => same))(settings with { Proxy = new ProxySettings { ToTarget = version } }),
        };

    /// <summary>An application that says its words and leaves in order.</summary>
    private static async Task<(byte[] Came, ClosedSession Session)> VisitAsync(Pair pair)
    {
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        application.Shutdown(SocketShutdown.Send);
        using var target = await pair.Target.AcceptSoonAsync();
        var came = await target.ReadToEndAsync();
        target.Shutdown(SocketShutdown.Send);
        Assert.That(await application.EndAsync(), Is.Null);
        return (came, await pair.ServerClosedAsync());
    }

    private static string Block(Pair pair, ClosedSession session, string ssl)
    {
        var tlvs = ssl + Tlv(0x05, session.Id);
        var ports = $"{IPEndPoint.Parse(session.Peer).Port:x4}{pair.Server!.Endpoints[0].Port():x4}";
        return $"0d0a0d0a000d0a515549540a2111{12 + (tlvs.Length / 2):x4}7f0000017f000001{ports}{tlvs}";
    }

    private static string Tlv(byte type, string text) =>
        $"{type:x2}{text.Length:x4}{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(text))}";
}
