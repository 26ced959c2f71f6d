using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>
/// The names of CAs in the CertificateRequest: sent as long as every client can read them, and left out with a word
/// beyond that.
/// </summary>
[LeavesNothing]
public sealed class CaNamesTests
{
    private const int Most = 1 << 14;

    // CN=… is a SEQUENCE, a SET, a SEQUENCE, an OID of five bytes and the text: with two bytes of length before it.
    private const int AroundText = 2 + 2 + 2 + 2 + 5 + 2;

    [Test]
    public void Names_that_fit_are_sent_and_one_byte_more_is_too_much()
    {
        var (fits, isTooMuch) = (Named(128, Most / 128 - AroundText, 0), Named(128, Most / 128 - AroundText, 1));

        Assert.That(CaNames.Of(fits), Has.Count.EqualTo(128));
        Assert.That(CaNames.Of(isTooMuch), Is.Empty);
    }

    [Test]
    public void Two_CAs_of_one_name_take_its_room_once()
    {
        var ca = Named(1, 60, 0).Certificates[0];

        Assert.That(CaNames.Of(new TrustAnchors("x", [ca, .. Enumerable.Repeat(ca, 1_000)])), Has.Count.EqualTo(1));
    }

    [TestCase(TunnelRole.Server, 300, true)]
    [TestCase(TunnelRole.Server, 3, false)]
    [TestCase(TunnelRole.Client, 300, false)]
    public void Names_that_are_left_out_are_told(TunnelRole role, int cas, bool isTold)
    {
        using var peers = new TlsPeers();
        var anchors = Named(cas, 60, 0);
        var profile = peers.Profile(role) with
        {
            Policy =
                role == TunnelRole.Server ? PeerPolicy.ForClients(anchors, []) : PeerPolicy.ForServers(anchors, "x"),
        };
        var notices = new List<TlsNotice>();

        using (new OpenSslEndpoint(profile, "OpenSSL", notices.Add)) { }

        Assert.That(notices, Has.Count.EqualTo(isTold ? 1 : 0));
        Assert.That(notices.Select(notice => notice.Text), Has.All.Contains("cas.pem: the names of its 300 CAs take "));
        Assert.That(notices.Select(notice => notice.BreaksTunnel), Has.All.False);
    }

    /// <param name="extra">Letters more in the last name.</param>
    private static TrustAnchors Named(int count, int letters, int extra)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        var certificates = Enumerable
            .Range(1, count)
            .Select(number =>
            {
                var name = $"CN={number.ToString().PadLeft(letters + (number == count ? extra : 0), 'x')}";
                return new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSelfSigned(
                    now,
                    now.AddDays(1)
                );
            });
        return new TrustAnchors("cas.pem", [.. certificates]);
    }
}
