using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;
using Tunnel.Opening;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Opening.Proxy;

/// <summary>Headers that were put together by hand from sections 2.1 and 2.2 of the specification.</summary>
public sealed class ProxyHeaderTests
{
    private const string Signature = "0d0a0d0a000d0a515549540a";

    private const string TooLong =
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        + "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        + "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";

    [TestCase(
        "192.168.0.1:56324",
        "192.168.0.11:443",
        "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n",
        TestName = "The example of the specification"
    )]
    [TestCase(
        "255.255.255.255:65535",
        "255.255.255.255:65535",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
        TestName = "The longest of IPv4"
    )]
    [TestCase(
        "[::ffff:10.0.0.7]:1",
        "[::ffff:10.0.0.8]:2",
        "PROXY TCP4 10.0.0.7 10.0.0.8 1 2\r\n",
        TestName = "Mapped"
    )]
    [TestCase(
        "10.0.0.7:1",
        "[2001:db8::8]:2",
        "PROXY TCP6 0:0:0:0:0:ffff:a00:7 2001:db8:0:0:0:0:0:8 1 2\r\n",
        TestName = "Mixed families"
    )]
    [TestCase(
        "[fe80::1%3]:1",
        "[fe80::2%3]:2",
        "PROXY TCP6 fe80:0:0:0:0:0:0:1 fe80:0:0:0:0:0:0:2 1 2\r\n",
        TestName = "No scope"
    )]
    public void A_line_says_who_connected_to_which_address(string from, string to, string line) =>
        Assert.That(
            Encoding.ASCII.GetString(ProxyHeader.Line(IPEndPoint.Parse(from), IPEndPoint.Parse(to))),
            Is.EqualTo(line)
        );

    [Test]
    public void A_line_about_anything_but_TCP_says_that_the_client_is_unknown()
    {
        var known = IPEndPoint.Parse("10.0.0.7:1");
        Assert.That(
            ProxyHeader.Line(new UnixDomainSocketEndPoint("/x"), known),
            Is.EqualTo("PROXY UNKNOWN\r\n"u8.ToArray())
        );
        Assert.That(ProxyHeader.Line(known, null), Is.EqualTo("PROXY UNKNOWN\r\n"u8.ToArray()));
    }

    [TestCase("192.168.0.1:56324", "192.168.0.11:443", "2111000c c0a80001 c0a8000b dc04 01bb", TestName = "IPv4")]
    [TestCase(
        "[::ffff:192.168.0.1]:56324",
        "192.168.0.11:443",
        "2111000c c0a80001 c0a8000b dc04 01bb",
        TestName = "Half mapped"
    )]
    [TestCase(
        "[2001:db8::7]:1",
        "[fe80::8%3]:65535",
        "21210024 20010db8000000000000000000000007 fe800000000000000000000000000008 0001 ffff",
        TestName = "IPv6"
    )]
    [TestCase(
        "10.0.0.7:1",
        "[2001:db8::8]:2",
        "21210024 00000000000000000000ffff0a000007 20010db8000000000000000000000008 0001 0002",
        TestName = "One of each"
    )]
    public void A_block_says_who_connected_to_which_address(string from, string to, string block) =>
        Assert.That(
            Convert.ToHexStringLower(ProxyHeader.Binary(IPEndPoint.Parse(from), IPEndPoint.Parse(to), [])),
            Is.EqualTo(Signature + block.Replace(" ", ""))
        );

    [Test]
    public void A_block_about_anything_but_TCP_has_no_address_but_what_else_is_known() =>
        Assert.That(
            Convert.ToHexStringLower(ProxyHeader.Binary(null, IPEndPoint.Parse("10.0.0.7:1"), [4, 0, 0])),
            Is.EqualTo(Signature + "21000003" + "040000")
        );

    [TestCase(false, "07", TestName = "A certificate in this connection")]
    [TestCase(true, "05", TestName = "A certificate in this TLS session")]
    public void A_client_with_a_certificate_is_named(bool resumed, string flags) =>
        Assert.That(
            Tlvs(Named("Zo\u00eb"), resumed),
            Is.EqualTo(
                $"20002f{flags}00000000{Tlv("210007", "TLSv1.3")}{Tlv("220004", "Zo\u00eb")}"
                    + $"{Tlv("230016", "TLS_AES_256_GCM_SHA384")}{Tlv("050006", "57aa-1")}"
            )
        );

    [Test]
    public void A_client_that_was_not_verified_is_not_named() =>
        Assert.That(
            Convert.ToHexStringLower(ProxyTlvs.Of("57aa-1", Tls(Named("client"), false), hasIdentity: false)),
            Is.EqualTo(
                $"2000280100000001{Tlv("210007", "TLSv1.3")}"
                    + $"{Tlv("230016", "TLS_AES_256_GCM_SHA384")}{Tlv("050006", "57aa-1")}"
            )
        );

    [TestCase(null, TestName = "No CN")]
    [TestCase("a\nb", TestName = "A CN with a newline")]
    [TestCase(TooLong, TestName = "A CN longer than any")]
    public void A_name_that_cannot_be_passed_on_whole_is_left_out(string? name) =>
        Assert.That(
            Tlvs(Named(name), resumed: false),
            Is.EqualTo(
                $"2000280700000000{Tlv("210007", "TLSv1.3")}"
                    + $"{Tlv("230016", "TLS_AES_256_GCM_SHA384")}{Tlv("050006", "57aa-1")}"
            )
        );

    private static string Tlvs(TestCertificate certificate, bool resumed) =>
        Convert.ToHexStringLower(ProxyTlvs.Of("57aa-1", Tls(certificate, resumed), hasIdentity: true));

    private static TestCertificate Named(string? name) => TestCa.CreateRoot().Issue(new TestLeaf { CommonName = name });

    private static TlsInfo Tls(TestCertificate certificate, bool resumed) =>
        new("TLSv1.3", "TLS_AES_256_GCM_SHA384", resumed, "any", "x-tunnel/1", certificate.Certificate);

    private static string Tlv(string header, string text) =>
        header + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
}
