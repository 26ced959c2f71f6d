using System.Net;
using System.Text;
using NUnit.Framework;
using Tunnel.Opening;

namespace Tunnel.Tests.Opening.Proxy;

/// <summary>Headers that were put together by hand from sections 2.1 and 2.2 of the specification, and lies.</summary>
public sealed class ProxyHeaderReaderTests
{
    private const string Signature = "0d0a0d0a000d0a515549540a";

    // 10.0.0.7:51052 to 192.168.0.11:443.
    private const string IPv4 = "0a000007 c0a8000b c76c 01bb";

    private const string IPv6 = "20010db8000000000000000000000007 20010db8000000000000000000000008 c76c 01bb";

    [TestCase(
        "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n",
        "192.168.0.1:56324",
        "192.168.0.11:443",
        TestName = "The example of the specification"
    )]
    [TestCase(
        "PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n",
        "0.0.0.0:0",
        "255.255.255.255:65535",
        TestName = "Ends"
    )]
    [TestCase("PROXY TCP6 ::1 2001:DB8::8 1 2\r\n", "[::1]:1", "[2001:db8::8]:2", TestName = "Double colons")]
    [TestCase(
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
        TestName = "The longest of IPv6"
    )]
    [TestCase(
        "PROXY TCP6 ::ffff:10.0.0.7 ::ffff:a00:8 1 2\r\n",
        "[::ffff:10.0.0.7]:1",
        "[::ffff:10.0.0.8]:2",
        TestName = "Mapped"
    )]
    public void A_line_says_who_the_client_is(string line, string from, string to) =>
        Assert.That(
            Read(Encoding.ASCII.GetBytes(line)),
            Is.EqualTo(ProxyReading.Done(new(IPEndPoint.Parse(from), IPEndPoint.Parse(to))))
        );

    [TestCase("PROXY UNKNOWN\r\n")]
    [TestCase("PROXY UNKNOWN 10.0.0.7 nonsense \u00ff\r\n")]
    [TestCase("PROXY UNKNOWN a\rb\r\n")]
    public void A_line_may_leave_open_who_the_client_is(string line) =>
        Assert.That(Read(Encoding.Latin1.GetBytes(line)), Is.EqualTo(ProxyReading.Done(null)));

    [Test]
    public void The_longest_line_has_107_bytes()
    {
        var longest = $"PROXY UNKNOWN {new string('x', 91)}\r\n";
        Assert.That(longest, Has.Length.EqualTo(107));
        Assert.That(Read(Encoding.ASCII.GetBytes(longest)), Is.EqualTo(ProxyReading.Done(null)));

        var longer = Read(Encoding.ASCII.GetBytes($"PROXY UNKNOWN {new string('x', 92)}\r\n"));
        Assert.That((longer.Step, longer.Words), Is.EqualTo((ProxyStep.Broken, "its line has more than 107 bytes")));
    }

    [TestCase("PROXY \r\n and more", TestName = "Nothing in it")]
    [TestCase("PROXY TCP4\r\nmore", TestName = "Only the family")]
    [TestCase("PROXY TCP5 10.0.0.7 10.0.0.8 1 2\r\n", TestName = "Another family")]
    [TestCase("PROXY tcp4 10.0.0.7 10.0.0.8 1 2\r\n", TestName = "Small letters")]
    [TestCase("PROXY TCP4 ::1 ::1 1 2\r\n", TestName = "IPv6 as IPv4")]
    [TestCase("PROXY TCP6 10.0.0.7 10.0.0.8 1 2\r\n", TestName = "IPv4 as IPv6")]
    [TestCase("PROXY TCP4 10.0.0.7 10.0.0.8 1\r\n", TestName = "A port is missing")]
    [TestCase("PROXY TCP4 10.0.0.7 10.0.0.8 1 2 3\r\n", TestName = "One field too many")]
    [TestCase("PROXY TCP4  10.0.0.7 10.0.0.8 1 2\r\n", TestName = "Two spaces")]
    [TestCase("PROXY TCP4 10.0.0.7 10.0.0.8 1 2 \r\n", TestName = "A space at the end")]
    [TestCase("PROXY TCP4 10.0.0.7 10.0.0.8 1 65536\r\n", TestName = "Port 65536")]
    [TestCase("PROXY TCP4 10.0.0.7 10.0.0.8 01 2\r\n", TestName = "A port with a zero in front")]
    [TestCase("PROXY TCP4 10.0.0.7 10.0.0.8 +1 2\r\n", TestName = "A port with a sign")]
    [TestCase("PROXY TCP4 010.0.0.7 10.0.0.8 1 2\r\n", TestName = "An octal address")]
    [TestCase("PROXY TCP4 10.7 10.0.0.8 1 2\r\n", TestName = "A short address")]
    [TestCase("PROXY TCP4 10.0.0.7 0xa000008 1 2\r\n", TestName = "A hexadecimal address")]
    [TestCase("PROXY TCP6 [::1] ::1 1 2\r\n", TestName = "Brackets")]
    [TestCase("PROXY TCP6 fe80::1%1 ::1 1 2\r\n", TestName = "A scope")]
    [TestCase("PROXY TCP6 1::2::3 ::1 1 2\r\n", TestName = "Two double colons")]
    [TestCase("PROXY TCP4 10.0.0.7 10.0.0.8 1 2\n", TestName = "LF alone")]
    [TestCase("PROXY UNKNOWN\n and more\r\n", TestName = "LF in an unknown one")]
    [TestCase("PROXY TCP4 10.0.0.7 10.0.0.8 1 2\rX\r\n", TestName = "CR alone")]
    public void A_line_that_is_not_exactly_right_is_refused(string line) =>
        Assert.That(Read(Encoding.ASCII.GetBytes(line)).Step, Is.EqualTo(ProxyStep.Broken));

    [TestCase("2111000c" + IPv4, "10.0.0.7:51052", "192.168.0.11:443", TestName = "A block of IPv4")]
    [TestCase("21210024" + IPv6, "[2001:db8::7]:51052", "[2001:db8::8]:443", TestName = "A block of IPv6")]
    [TestCase(
        "21110018" + IPv4 + "20 0005 0700000000 04 0001 ff",
        "10.0.0.7:51052",
        "192.168.0.11:443",
        TestName = "With TLVs"
    )]
    public void A_block_says_who_the_client_is(string block, string from, string to) =>
        Assert.That(
            Read(Block(block)),
            Is.EqualTo(ProxyReading.Done(new(IPEndPoint.Parse(from), IPEndPoint.Parse(to))))
        );

    [TestCase("20000000", TestName = "LOCAL")]
    [TestCase("2011000c" + IPv4, TestName = "LOCAL with addresses")]
    [TestCase("20ff0003ffffff", TestName = "LOCAL with nonsense")]
    [TestCase("21000000", TestName = "UNSPEC")]
    [TestCase("21000003ffffff", TestName = "UNSPEC with something")]
    [TestCase("2110000c" + IPv4, TestName = "IPv4 without a transport")]
    [TestCase("2112000c" + IPv4, TestName = "UDP over IPv4")]
    [TestCase("21220024" + IPv6, TestName = "UDP over IPv6")]
    [TestCase("213100d8" + Path + Path, TestName = "Unix stream")]
    public void A_block_may_leave_open_who_the_client_is(string block) =>
        Assert.That(Read(Block(block)), Is.EqualTo(ProxyReading.Done(null)));

    [TestCase("1111000c" + IPv4, "its version and command are 0x11", TestName = "Version 1")]
    [TestCase("2211000c" + IPv4, "its version and command are 0x22", TestName = "Another command")]
    [TestCase("2141000c" + IPv4, "its family and transport are 0x41", TestName = "Another address family")]
    [TestCase("2113000c" + IPv4, "its family and transport are 0x13", TestName = "Another transport")]
    [TestCase("2121000c" + IPv4, "it has 28 bytes, too few for its addresses", TestName = "IPv4 as IPv6 in a block")]
    [TestCase("2111000b" + IPv4, "it has 27 bytes, too few for its addresses", TestName = "A byte too few")]
    [TestCase("2111000d" + IPv4 + "04", "its last TLV is longer than what is left of it", TestName = "Part of a TLV")]
    [TestCase(
        "21110010" + IPv4 + "04 0002 ff",
        "its last TLV is longer than what is left of it",
        TestName = "A long TLV"
    )]
    [TestCase("2111ffff", "it has 65551 bytes; at most 4096 are accepted", TestName = "A block as long as can be")]
    [TestCase("20000ff1", "it has 4097 bytes; at most 4096 are accepted", TestName = "A LOCAL block that is too long")]
    [TestCase("21110012" + IPv4 + "03 0003 000000", "its checksum (CRC32c) is wrong", TestName = "A short checksum")]
    [TestCase("21110013" + IPv4 + "03 0004 00000000", "its checksum (CRC32c) is wrong", TestName = "No checksum in it")]
    public void A_block_that_is_not_right_is_refused(string block, string words)
    {
        var reading = Read(Block(block));
        Assert.That((reading.Step, reading.Words), Is.EqualTo((ProxyStep.Broken, words)));
    }

    [Test]
    public void The_longest_block_has_4096_bytes() =>
        Assert.That(Read([.. Block("20000ff0"), .. new byte[4080]]), Is.EqualTo(ProxyReading.Done(null)));

    [Test]
    public void A_checksum_is_of_the_whole_header_with_zeros_in_its_place()
    {
        var header = Block("21110017" + IPv4 + "04 0001 ff 03 0004 00000000");
        var sum = Crc32C(header);
        for (var i = 0; i < 4; i++)
        {
            header[^(4 - i)] = (byte)(sum >> (24 - (8 * i)));
        }

        Assert.That(Read(header).Route?.From, Is.EqualTo(IPEndPoint.Parse("10.0.0.7:51052")));
        // One bit of the client's address, of what is ignored, and of the checksum itself.
        foreach (var at in (int[])[16, 31, header.Length - 1])
        {
            header[at] ^= 1;
            Assert.That(Read(header).Words, Is.EqualTo("its checksum (CRC32c) is wrong"), $"byte {at}");
            header[at] ^= 1;
        }
    }

    [TestCase("16030100")]
    [TestCase("474554202f")]
    [TestCase("50524f585920")]
    [TestCase("0d0a0d0a000d0a515549540b")]
    [TestCase("0d0a0d0a000d0a51554954")]
    public void What_is_not_a_header_is_known_at_once(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var isStart = hex is "50524f585920" or "0d0a0d0a000d0a51554954";
        Assert.That(ProxyHeaderReader.Read(bytes).Step, Is.EqualTo(isStart ? ProxyStep.Wait : ProxyStep.NoHeader));
    }

    // 108 bytes: "/run/x" and zeros.
    private const string Path =
        "2f72756e2f78" + Zeros + Zeros + Zeros + Zeros + Zeros + Zeros + "000000000000000000000000";

    private const string Zeros = "000000000000000000000000000000";

    /// <summary>
    /// As whoever receives it reads it: never more than is missing, in one piece and byte by byte, which must not make
    /// a difference.
    /// </summary>
    private static ProxyReading Read(byte[] header)
    {
        var (whole, taken) = Read(header, most: int.MaxValue);
        Assert.That(Read(header, most: 1).Reading, Is.EqualTo(whole), "byte by byte");
        Assert.That(
            whole.Step != ProxyStep.Done || taken == header.Length,
            "what follows is left alone, all else is read"
        );
        return whole;
    }

    private static (ProxyReading Reading, int Taken) Read(byte[] header, int most)
    {
        var taken = 0;
        while (true)
        {
            var reading = ProxyHeaderReader.Read(header.AsSpan(0, taken));
            if (reading.Step != ProxyStep.Wait)
            {
                return (reading, taken);
            }

            Assert.That(reading.Missing, Is.Positive);
            taken += Math.Min(reading.Missing, most);
            Assert.That(taken, Is.LessThanOrEqualTo(header.Length), "more is asked for than the header has");
        }
    }

    private static byte[] Block(string block) => Convert.FromHexString(Signature + block.Replace(" ", ""));

    /// <summary>Bit by bit, from RFC 4960 appendix B: the polynomial 0x1edc6f41, reflected.</summary>
    private static uint Crc32C(byte[] bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) * 0x82f63b78);
            }
        }

        return ~sum;
    }
}
