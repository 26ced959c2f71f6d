namespace Tunnel.Tls;

/// <summary>Why a peer was refused, as one word for statistics and for the far side.</summary>
public enum RefusalCode
{
    NoCertificate,
    Expired,
    NotYetValid,
    UntrustedIssuer,
    SelfSigned,
    MissingIntermediate,
    WrongUsage,
    WrongName,

    /// <summary>The list <c>access</c> does not let it in.</summary>
    NotAllowed,
    BadSignature,
    Revoked,

    /// <summary>
    /// Our own fault: a revocation list is missing, outdated or unusable, so the certificate cannot be judged.
    /// </summary>
    RevocationUnknown,
    TooWeak,
    TooLarge,
    OtherChainFault,
}

/// <summary>A verdict that refuses the peer.</summary>
/// <param name="Code">One word.</param>
/// <param name="Reason">
/// Plain words for our own log: what was found and what was expected, with dates and file names.
/// </param>
public sealed record Refusal(RefusalCode Code, string Reason);
