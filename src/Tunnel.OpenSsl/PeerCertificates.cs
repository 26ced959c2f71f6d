using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls.OpenSslBackend;

/// <summary>
/// The certificates of peers whose chains were good, as managed objects. The same few peers come back, and .NET has
/// OpenSSL parse a certificate and decode its key anew for each object, which is a tenth of a whole handshake.
/// </summary>
internal static class PeerCertificates
{
    // More peers than most servers have; beyond it the cache starts anew rather than keep books on who came when.
    private const int Most = 1024;

    private static readonly ConcurrentDictionary<Fingerprint, X509Certificate2> _known = new();

    /// <param name="certificate">An X509 object.</param>
    /// <param name="verified">Only then is it remembered: strangers must not be able to fill the cache.</param>
    /// <returns>Shared with other sessions: not to be disposed of.</returns>
    public static X509Certificate2 Get(nint certificate, bool verified)
    {
        var der = NativeCertificates.ToDer(certificate);
        var fingerprint = Fingerprint.Of(der);
        if (_known.TryGetValue(fingerprint, out var known))
        {
            return known;
        }

        var managed = X509CertificateLoader.LoadCertificate(der);
        if (verified)
        {
            if (_known.Count >= Most)
            {
                _known.Clear();
            }

            _known[fingerprint] = managed;
        }

        return managed;
    }

    /// <summary>SHA-256 of the DER encoding.</summary>
    private readonly record struct Fingerprint(UInt128 High, UInt128 Low)
    {
        public static Fingerprint Of(ReadOnlySpan<byte> der)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(der, hash);
            return new Fingerprint(
                System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash),
                System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash[16..])
            );
        }
    }
}
