namespace Tunnel.Tls;

/// <summary>Which key exchanges a tunnel agrees to.</summary>
public enum KeyExchange
{
    /// <summary>Whatever the library offers.</summary>
    OfLibrary,

    /// <summary>
    /// Elliptic curves, together with ML-KEM (FIPS 203) rather than alone where the library has it. SslStream cannot
    /// choose and takes the library's.
    /// </summary>
    EllipticCurves,

    /// <summary>Only those together with ML-KEM, so only with TLS 1.3.</summary>
    PostQuantum,
}
