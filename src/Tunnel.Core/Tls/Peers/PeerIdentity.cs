using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>
/// Who a peer says it is, as text for people and logs: every part is escaped, and reading it never throws, however
/// hostile the certificate is. <see cref="NameRules"/> compares names, never this.
/// </summary>
public sealed record PeerIdentity
{
    // As long as somebody holds the certificate, its text is not made again: a backend shares one among a peer's
    // sessions.
    private static readonly ConditionalWeakTable<X509Certificate2, PeerIdentity> _known = new();

    private const string Unreadable = "(unreadable)";

    private PeerIdentity(X509Certificate2 certificate)
    {
        var sans = SubjectAltNames.Of(certificate);
        Subject = NameText.Subject(certificate);
        Sans = sans.ToString();
        Issuer = NameText.Issuer(certificate);
        Serial = Read(() => SerialOf(certificate));
        Fingerprint = BitConverter.ToString(SHA256.HashData(certificate.RawData)).Replace('-', ':');
        NotAfter = Read(() => Instants.Format(Validity.EndOf(certificate)));
        Name = CommonName.Of(certificate) is { Length: > 0 } commonName
            ? SafeText.Escape(commonName)
            : sans.Entries.Select(san => SafeText.Escape(san.Value)).FirstOrDefault() ?? Subject;
    }

    /// <summary>Short, for one line per session: the CN, else the first SAN, else the subject.</summary>
    public string Name { get; }

    public string Subject { get; }

    /// <summary>With their kinds: <c>DNS:a.example, IP:10.0.0.1, URI:spiffe://x/y</c>.</summary>
    public string Sans { get; }

    public string Issuer { get; }

    /// <summary>Hexadecimal, as <c>openssl x509 -serial</c> prints it.</summary>
    public string Serial { get; }

    /// <summary>SHA-256 of the certificate, as <c>openssl x509 -fingerprint -sha256</c> prints it.</summary>
    public string Fingerprint { get; }

    /// <summary>UTC, such as <c>2027-01-02 03:04:05Z</c>.</summary>
    public string NotAfter { get; }

    public static PeerIdentity From(X509Certificate2 certificate) =>
        _known.GetValue(certificate, static certificate => new PeerIdentity(certificate));

    /// <summary>Everything on one line, for refusals.</summary>
    public override string ToString() =>
        $"subject {Subject}; SANs {Sans}; issuer {Issuer}; serial {Serial}; SHA-256 {Fingerprint}; not after "
        + $"{NotAfter}";

    private static string SerialOf(X509Certificate2 certificate)
    {
        // A leading zero octet only keeps the number positive; openssl omits it.
        var serial = certificate.SerialNumber;
        return serial.Length > 2 && serial.StartsWith("00", StringComparison.Ordinal) ? serial[2..] : serial;
    }

    private static string Read(Func<string> part)
    {
        try
        {
            return SafeText.Escape(part());
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return Unreadable;
        }
    }
}
