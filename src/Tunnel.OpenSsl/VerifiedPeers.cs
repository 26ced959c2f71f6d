using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// The peers whose chains one context has found good. The same few come back with the same certificates. Verifying the
/// chain again is a tenth of a whole handshake, and reading the certificate into .NET is another. The peer proves in
/// every handshake that it has the key, and the rules about names are applied every time; neither is done here.
/// </summary>
/// <remarks>
/// A chain stays good as long as what it was judged by stays the same: the trust anchors do (they are the context's),
/// the clock and revocation do not. So a verdict ends with the first certificate of its chain to expire, and does not
/// count where there are revocation lists.
/// </remarks>
internal sealed class VerifiedPeers
{
    // More peers than most servers have; beyond it the memory is cleared, which is simpler than tracking who came when.
    private const int Most = 1024;

    private readonly ConcurrentDictionary<Fingerprint, KnownPeer> _known = new();

    // A peer that resumes sends nothing, and its session may hold no more than its own certificate.
    private readonly ConcurrentDictionary<Fingerprint, ResumedPeer> _byLeaf = new();

    /// <summary>
    /// The verdict of <c>X509_verify_cert</c> and our rules, except those about names, on the chain in
    /// <paramref name="storeContext"/>, now or before.
    /// </summary>
    /// <param name="crls">The store's revocation lists: with any, the chain is always verified.</param>
    public PeerVerdict Verify(nint storeContext, PeerPolicy policy, NativeCrls? crls)
    {
        // All that the peer has sent, so that a chain that lacks a link fails the second time too.
        var native = LibCrypto.X509_STORE_CTX_get0_cert(storeContext);
        var sent = NativeCertificates.InStack(LibCrypto.X509_STORE_CTX_get0_untrusted(storeContext));
        if (policy.JudgeSent(sent.Length) is { } tooMany)
        {
            LibCrypto.X509_STORE_CTX_set_error(storeContext, VerifyErrors.ChainTooLong);
            return PeerVerdict.No(NativeCertificates.ToManaged(native), tooMany);
        }

        var fingerprint = Fingerprint.Of([native, .. sent.Where(other => other != native)]);
        var known = _known.GetValueOrDefault(fingerprint);
        var isInDate = known is { IsInDate: true };
        if (isInDate && crls is null)
        {
            LibCrypto.X509_STORE_CTX_set_error(storeContext, VerifyErrors.Ok);
            return PeerVerdict.Good(known!.Chain, known.CommonNameUse);
        }

        if (LibCrypto.X509_verify_cert(storeContext) != 1)
        {
            return NativeChain.Explain(storeContext, policy, crls);
        }

        if (isInDate)
        {
            return PeerVerdict.Good(known!.Chain, known.CommonNameUse);
        }

        var chain = policy.WithSharedAuthorities(NativeChain.Read(storeContext));
        if (policy.JudgeVerified(chain) is { } fault)
        {
            LibCrypto.X509_STORE_CTX_set_error(storeContext, VerifyErrors.KeyTooSmall);
            return PeerVerdict.No(chain.Certificates[0], fault);
        }

        // Only now: strangers must not be able to fill the memory.
        var peer = KnownPeer.Of(chain);
        Remember(_known, fingerprint, peer);
        Remember(_byLeaf, Fingerprint.Of(native), new ResumedPeer(chain.Certificates[0], chain));
        return PeerVerdict.Good(chain, peer.CommonNameUse);
    }

    /// <summary>
    /// A peer whose session is resumed: its chain was good when the session began.
    /// </summary>
    /// <param name="chainOf">Builds the chain of one that is not known here.</param>
    /// <returns>Shared with other sessions: not to be disposed of.</returns>
    public ResumedPeer Resumed(nint certificate, Func<X509Certificate2, JudgedChain?> chainOf)
    {
        var fingerprint = Fingerprint.Of(certificate);
        if (!_byLeaf.TryGetValue(fingerprint, out var known))
        {
            var leaf = NativeCertificates.ToManaged(certificate);
            known = new ResumedPeer(leaf, chainOf(leaf));
            Remember(_byLeaf, fingerprint, known);
        }

        return known;
    }

    private static void Remember<T>(ConcurrentDictionary<Fingerprint, T> peers, Fingerprint fingerprint, T peer)
    {
        if (peers.Count >= Most)
        {
            peers.Clear();
        }

        peers[fingerprint] = peer;
    }

    /// <param name="Chain">By which it was accepted; null when it was elsewhere, and it cannot be built here.</param>
    public sealed record ResumedPeer(X509Certificate2 Leaf, JudgedChain? Chain);

    /// <param name="CommonNameUse">How its CN counts under that chain.</param>
    /// <param name="From">The chain is good from then on.</param>
    private sealed record KnownPeer(JudgedChain Chain, CommonNameUse CommonNameUse, DateTimeOffset From)
    {
        public bool IsInDate => DateTimeOffset.UtcNow is var now && From <= now && now <= Chain.EndsAt;

        public static KnownPeer Of(JudgedChain chain) =>
            new(chain, PeerPolicy.CommonNameUseOf(chain), chain.Certificates.Max(Validity.BeginningOf));
    }

    /// <summary>SHA-256 of DER encodings, one behind the other: each encoding says where it ends.</summary>
    private readonly record struct Fingerprint(UInt128 High, UInt128 Low)
    {
        public static Fingerprint Of(params ReadOnlySpan<nint> certificates)
        {
            using var hashing = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var certificate in certificates)
            {
                hashing.AppendData(NativeCertificates.ToDer(certificate));
            }

            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            _ = hashing.GetHashAndReset(hash);
            return new Fingerprint(
                BinaryPrimitives.ReadUInt128BigEndian(hash),
                BinaryPrimitives.ReadUInt128BigEndian(hash[16..])
            );
        }
    }
}
