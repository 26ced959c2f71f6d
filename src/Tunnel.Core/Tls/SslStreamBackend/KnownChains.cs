using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls.SslStreamBackend;

/// <summary>
/// The chains that one tunnel has found good, for peers that resume a session: a ticket holds the leaf without its
/// intermediates, so the runtime has nothing to build a chain from. All rules are applied again; only the signatures,
/// of the same certificates, are not verified again.
/// </summary>
internal sealed class KnownChains
{
    // More peers than most servers have. Once it is full nobody resumes, because no peer may be refused for not being
    // remembered.
    private const int Most = 1024;

    private readonly ConcurrentDictionary<string, JudgedChain> _known = new();

    public bool IsFull => _known.Count >= Most;

    public JudgedChain? Of(X509Certificate2 leaf) => _known.GetValueOrDefault(Key(leaf));

    /// <param name="chain">A good one: strangers must not be able to fill the memory.</param>
    public void Remember(JudgedChain chain)
    {
        if (!IsFull)
        {
            // The certificates of the chain are disposed of with the stream.
            _known[Key(chain.Certificates[0])] = JudgedChain.Good([
                .. chain.Certificates.Select(c => X509CertificateLoader.LoadCertificate(c.RawData)),
            ]);
        }
    }

    private static string Key(X509Certificate2 leaf) => leaf.GetCertHashString(HashAlgorithmName.SHA256);
}
