using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// The names of the trusted CAs in a server's CertificateRequest (RFC 8446 section 4.2.4, RFC 5246 section 7.4.4): a
/// client with several certificates can choose by them. They are optional.
/// </summary>
internal static class CaNames
{
    // The format allows 2^16 bytes, and peers allow less: Java accepts messages of 32 KiB, Windows lists of 16.
    private const int MostBytes = 1 << 14;

    /// <summary>The anchors to name, each name once; none when they would be too long for a handshake.</summary>
    public static IReadOnlyList<X509Certificate2> Of(TrustAnchors anchors)
    {
        var named = anchors.Certificates.DistinctBy(ca => Convert.ToHexString(ca.SubjectName.RawData)).ToList();
        return LengthOf(named) <= MostBytes ? named : [];
    }

    /// <summary>A notice for the log when names are left out; null when they are not.</summary>
    public static TlsNotice? Notice(TlsProfile profile)
    {
        if (profile is not { Role: TunnelRole.Server, Policy.Anchors: { } anchors } || Of(anchors).Count > 0)
        {
            return null;
        }

        return new TlsNotice(
            Trouble.Of(
                $"{anchors.File}: the names of its {anchors.Certificates.Count} CAs take "
                    + $"{LengthOf(anchors.Certificates)} bytes, more than the {MostBytes} that every client can read, "
                    + "so they are not sent: a client that has several certificates cannot choose by them",
                "remove the CAs that have issued no client's certificate"
            )
        );
    }

    private static int LengthOf(IEnumerable<X509Certificate2> anchors) =>
        anchors.Sum(ca => sizeof(ushort) + ca.SubjectName.RawData.Length);
}
