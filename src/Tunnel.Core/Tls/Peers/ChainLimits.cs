namespace Tunnel.Tls;

/// <summary>
/// How many certificates a peer may send, and how large. Real chains have two to five certificates of one or two
/// kilobytes each; a leaf with 400 names has four more. A peer that sends more is refused before anything is verified
/// or formatted, so that a stranger cannot cost seconds of CPU with kilobytes of rubbish.
/// </summary>
public static class ChainLimits
{
    /// <summary>The leaf included.</summary>
    public const int MostCertificates = 16;

    /// <summary>
    /// In bytes, all certificates of a client together. Libssl parses what is within the limit, about 30 µs a
    /// certificate, before we can look at it: that is about as much work as a handshake.
    /// </summary>
    public const int MostClientBytes = 20 * 1024;
}
