using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tunnel.OpenSsl;
using Tunnel.Tls;

namespace Tunnel.Fuzz.Targets;

/// <summary>A file of revocation lists, PEM or DER, and what is said at the start about whom they let in.</summary>
internal sealed class RevocationListsTarget : ITarget
{
    // CN=abc, as in the lists of the corpus.
    private static readonly byte[] _authority = [0xa0, 14, 0x31, 12, 0x30, 10, 6, 3, 0x55, 4, 3, 0x0c, 3, .. "abc"u8];

    public string Name => "revocation-lists";

    public bool IsDer => true;

    public IReadOnlyList<byte[]> Words =>
        [
            [.. "-----BEGIN X509 CRL-----\n"u8],
            [.. "-----END X509 CRL-----\n"u8],
            [0x17, 13, .. "250101000000Z"u8],
            [0x18, 15, .. "20500101000000Z"u8],
            [6, 3, 0x55, 0x1d, 28],
            [6, 3, 0x55, 0x1d, 27],
            [6, 3, 0x55, 0x1d, 35],
            [1, 1, 0xff],
        ];

    public void Run(byte[] input)
    {
        Faults.AreLines(() => Read(input), input);
    }

    private static object? Read(byte[] input)
    {
        var lists = RevocationLists.Load(Scratch.Holding(input));
        Hold.That(lists.Lists.Count > 0, "a file without a list");
        var pem = string.Concat(lists.Lists.Select(list => PemEncoding.WriteString("X509 CRL", list.Der) + "\n"));
        var again = RevocationLists.Load(Scratch.Holding(Encoding.ASCII.GetBytes(pem)));
        Hold.Same(Facts(again), Facts(lists), "the lists, written as PEM");
        Inspect(lists);
        return null;
    }

    private static void Inspect(RevocationLists lists)
    {
        using var ca = PlainCertificate.Of(_authority, isCa: true)!;
        using var crls = new NativeCrls(lists);
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var notice in CrlInspection.Of(crls, lists, new TrustAnchors("ca.crt", [ca]), now))
        {
            Hold.IsLine(notice.Text, "a notice about lists");
        }

        Hold.IsLine(crls.JudgeAgain(ca)?.Reason ?? "", "why a peer is refused that resumes");
    }

    private static string Facts(RevocationLists lists) =>
        string.Join(
            '\n',
            lists.Lists.Select(list =>
                $"{list.From:O} {list.To:O} {list.IsDelta} {list.Scope} {list.UnknownCriticalExtension} "
                + Convert.ToHexString((list.KeyIdentifier ?? default).Span)
            )
        );
}
