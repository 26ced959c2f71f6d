using System.Text;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>
/// What a header of version 2 says about a client besides its address (haproxy's doc/proxy-protocol.txt, sections 2.2.5
/// and 2.2.6). The protocol that ALPN agreed on is ours and not the target's, so it is left out.
/// </summary>
internal static class ProxyTlvs
{
    // The flags of PP2_TYPE_SSL.
    private const byte OverTls = 0x01;
    private const byte CertificateInConnection = 0x02;
    private const byte CertificateInSession = 0x04;

    // The last byte of the field "verify".
    private const byte Verified = 0;
    private const byte NotVerified = 1;

    // 64 characters of up to four bytes (ub-common-name in RFC 5280). Half of a name would be somebody else's.
    private const int MostNameBytes = 256;

    /// <param name="id">The session's; ASCII, at most 128 bytes.</param>
    /// <param name="hasIdentity">The certificate was accepted; one that was not is not mentioned.</param>
    public static byte[] Of(string id, TlsInfo tls, bool hasIdentity)
    {
        var inner = new List<byte> { Flags(tls, hasIdentity), 0, 0, 0, hasIdentity ? Verified : NotVerified };
        Add(inner, ProxyFormat.SslVersion, Encoding.ASCII.GetBytes(tls.Version));
        if (hasIdentity && tls.Peer is { } certificate && NameOf(CommonName.Of(certificate)) is { } name)
        {
            Add(inner, ProxyFormat.SslCommonName, name);
        }

        Add(inner, ProxyFormat.SslCipher, Encoding.ASCII.GetBytes(tls.Cipher));
        var all = new List<byte>();
        Add(all, ProxyFormat.Ssl, [.. inner]);
        Add(all, ProxyFormat.UniqueId, Encoding.ASCII.GetBytes(id));
        return [.. all];
    }

    private static byte Flags(TlsInfo tls, bool hasIdentity) =>
        (byte)(
            !hasIdentity ? OverTls
            : tls.Resumed ? OverTls | CertificateInSession
            : OverTls | CertificateInSession | CertificateInConnection
        );

    // A receiver puts it into its own log.
    private static byte[]? NameOf(string? name) =>
        name is { Length: > 0 }
        && !name.Any(char.IsControl)
        && Encoding.UTF8.GetBytes(name) is { Length: <= MostNameBytes } bytes
            ? bytes
            : null;

    private static void Add(List<byte> to, byte type, byte[] value) =>
        to.AddRange([type, (byte)(value.Length >> 8), (byte)value.Length, .. value]);
}
