namespace Tunnel.Tls;

/// <summary>
/// How much of certificates a peer may send. Real chains have two to five certificates of one or two kilobytes each; a leaf
/// with 400 names has another four. Whoever sends more is refused before anything is verified or put into words, so that a
/// stranger cannot buy seconds of CPU with kilobytes of rubbish.
/// </summary>
public static class ChainLimits
{
    /// <summary>With the leaf.</summary>
    public const int MostCertificates = 16;

    /// <summary>
    /// In bytes, all certificates of a client together. Libssl parses what is below, about 30 µs a certificate, before
    /// anybody can look at it: this much is of the order of a handshake.
    /// </summary>
    public const int MostClientBytes = 20 * 1024;
}
