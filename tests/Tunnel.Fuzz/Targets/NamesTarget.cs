using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Fuzz.Targets;

/// <summary>
/// The parts of a certificate that name somebody, put into certificates that are otherwise in order: the input is a
/// list of elements whose tags say what each is.
/// </summary>
internal sealed class NamesTarget : ITarget
{
    /// <summary>SANs, a CN and name constraints, each with what makes it odd.</summary>
    public static IReadOnlyList<byte[]> Pieces { get; } =
    [
        [0x82, 9, .. "a.example"u8],
        [0x82, 11, .. "*.a.example"u8],
        [0x82, 10, .. "a.example."u8],
        [0x82, 5, .. "xn--a"u8],
        [0x87, 4, 10, 0, 0, 1],
        [0x87, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1],
        [0x81, 11, .. "x@a.example"u8],
        [0x86, 12, .. "spiffe://a/b"u8],
        [0x31, 8, 0x30, 6, 6, 3, 0x55, 4, 3, 0x0c, 1, (byte)'a'],
        [0xa0, 13, 0x30, 11, 0x82, 9, .. "a.example"u8],
        [0xa1, 14, 0x30, 12, 0x82, 10, .. ".a.example"u8],
        [0x1b, (byte)'[', (byte)'2', (byte)'J'],
        [.. "\u202e"u8],
    ];

    public string Name => "names";

    public bool IsDer => true;

    public IReadOnlyList<byte[]> Words => Pieces;

    public void Run(byte[] input)
    {
        using var leaf = PlainCertificate.Of(input);
        using var ca = PlainCertificate.Of(input, isCa: true);
        if (leaf is not null && ca is not null)
        {
            PeerRules.Hold(leaf, ca);
        }
    }
}
