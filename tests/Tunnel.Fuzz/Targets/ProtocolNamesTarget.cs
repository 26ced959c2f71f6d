using System.Text;
using Tunnel.OpenSsl;

namespace Tunnel.Fuzz.Targets;

/// <summary>The application protocols that a ClientHello offers, as libssl hands them on.</summary>
internal sealed class ProtocolNamesTarget : ITarget
{
    private static readonly string[] _ours = ["x-tunnel/1", "h2"];

    public string Name => "protocol-names";

    public int MostBytes => 512;

    public IReadOnlyList<byte[]> Words =>
        [
            [10, .. "x-tunnel/1"u8],
            [2, .. "h2"u8],
            [8, .. "http/1.1"u8],
        ];

    public void Run(byte[] input)
    {
        var (start, length) = ProtocolNames.Select(_ours, input);
        Hold.That(start >= 0 && length >= 0 && start + length <= input.Length, "a name outside the offer");
        var offered = Offered(input);
        var expected = _ours.FirstOrDefault(offered.Contains);
        Hold.Same(length == 0 ? null : Encoding.ASCII.GetString(input, start, length), expected, "the name");
        Hold.Same(ProtocolNames.Find(_ours, input.AsSpan(start, length)), expected, "the name found again");
    }

    private static List<string> Offered(ReadOnlySpan<byte> offer)
    {
        var names = new List<string>();
        while (offer.Length > 0 && offer.Length > offer[0])
        {
            names.Add(Encoding.Latin1.GetString(offer.Slice(1, offer[0])));
            offer = offer[(1 + offer[0])..];
        }

        return names;
    }
}
