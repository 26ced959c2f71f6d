using System.Text;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>What is recognised by its first bytes, and what must not be.</summary>
public sealed class PlainProtocolTests
{
    [TestCase("0000000804d2162f", "PostgreSQL", TestName = "SSLRequest")]
    [TestCase("0000000804d21630", "PostgreSQL", TestName = "GSSENCRequest")]
    [TestCase("0000001004d2162e0000000100000002", "PostgreSQL", TestName = "CancelRequest")]
    [TestCase("000000290003000075736572", "PostgreSQL", TestName = "StartupMessage 3.0")]
    [TestCase("000000290003000275736572", "PostgreSQL", TestName = "StartupMessage 3.2")]
    [TestCase("450000008d534641", "PostgreSQL", TestName = "ErrorResponse")]
    [TestCase("4a0000000a382e302e3336", "MySQL", TestName = "the greeting of MySQL")]
    [TestCase("100e00044d515454", "MQTT", TestName = "CONNECT of MQTT")]
    [TestCase("050100", "SOCKS", TestName = "the greeting of SOCKS 5")]
    [TestCase("040100500a000001", "SOCKS", TestName = "CONNECT of SOCKS 4")]
    [TestCase("030000130ee0000000", "RDP", TestName = "the request of RDP")]
    [TestCase("3a0000000100000000000000dd070000", "MongoDB", TestName = "OP_MSG")]
    [TestCase("0d0a0d0a000d0a515549540a21110054", "the PROXY protocol", TestName = "PROXY 2")]
    [TestCase("", null, TestName = "nothing")]
    [TestCase("00", null, TestName = "a zero")]
    [TestCase("0000000804d2", null, TestName = "a piece of SSLRequest")]
    [TestCase("000000080000ffff", null, TestName = "another number")]
    [TestCase("16030100c8010000c40303", null, TestName = "ClientHello")]
    [TestCase("1503010002022f", null, TestName = "alert")]
    public void Binary_protocols(string hex, string? name) =>
        Assert.That(PlainProtocol.Recognise(Convert.FromHexString(hex)), Is.EqualTo(name));

    [TestCase("GET / HTTP/1.0", "HTTP")]
    [TestCase("OPTIONS * HTTP/1", "HTTP")]
    [TestCase("PRI * HTTP/2.0\r\n", "HTTP/2")]
    [TestCase("HTTP/1.1 400", "HTTP")]
    [TestCase("*1\r\n$4\r\nPING", "Redis")]
    [TestCase("*10\r\n$", "Redis")]
    [TestCase("PING\r\n", "Redis")]
    [TestCase("SSH-2.0-Go", "SSH")]
    [TestCase("220 mail.example", "SMTP or FTP")]
    [TestCase("* OK IMAP", "IMAP")]
    [TestCase("PROXY TCP4 192.0", "the PROXY protocol")]
    [TestCase("GETTING", null)]
    [TestCase("*x\r\n", null)]
    [TestCase("*\r\n\r\n\r\n", null)]
    [TestCase("hello\n", null)]
    public void Text_protocols(string text, string? name) =>
        Assert.That(PlainProtocol.Recognise(Encoding.ASCII.GetBytes(text)), Is.EqualTo(name));

    [QuietProperty]
    public void The_first_bytes_are_the_same_however_they_came(byte[] stream, FsCheck.PositiveInt[] splits)
    {
        var whole = default(FirstBytes);
        whole.Add(stream);
        var pieces = default(FirstBytes);
        foreach (var piece in Pieces.Of(stream, splits))
        {
            pieces.Add(piece);
        }

        Assert.That(pieces.ToArray(), Is.EqualTo(stream.Take(16)));
        Assert.That(whole.ToArray(), Is.EqualTo(pieces.ToArray()));
        Assert.That(pieces.IsEmpty, Is.EqualTo(stream.Length == 0));
        Assert.That(pieces.IsOpen, Is.EqualTo(stream.Length < 16));
    }

    [Test]
    public void A_header_of_a_load_balancer_has_a_remedy_of_its_own() =>
        Assert.That(
            NotTlsWords.Of(TunnelRole.Client, "PROXY TCP4 "u8).Remedy,
            Does.Contain("name its address in server_listener.proxy_protocol_from").And.Not.Contain("an application")
        );
}
