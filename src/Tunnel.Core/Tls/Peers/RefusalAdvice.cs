using static Tunnel.Text.Advice;

namespace Tunnel.Tls;

/// <summary>The field <c>refusal</c> of the log, explained.</summary>
public static class RefusalAdvice
{
    public static Advice Of(RefusalCode code) => All[(int)code];

    /// <summary>One for each word, in the order of <see cref="RefusalCode"/>.</summary>
    public static IReadOnlyList<Advice> All { get; } =
    [
        On(
            RefusalCode.NoCertificate,
            "The peer presented no certificate.",
            "Give the client tls.client_cert and tls.client_key; a program that is no tunnel needs them as well."
        ),
        On(RefusalCode.Expired, "Its certificate, or a CA's above it, has expired.", "Renew it; look at both clocks."),
        On(
            RefusalCode.NotYetValid,
            "Its certificate, or a CA's above it, is not valid yet.",
            "Set the clocks of both machines; a certificate made a moment ago on a machine that is ahead is the usual "
                + "cause."
        ),
        On(
            RefusalCode.UntrustedIssuer,
            "No CA of our file has issued its certificate; issuer says who did.",
            "Add that CA to our file (tls.client_ca_cert, remote_server.server_ca_cert), or give the peer a "
                + "certificate of a CA in it."
        ),
        On(
            RefusalCode.SelfSigned,
            "Its certificate is self-signed and not itself in our file.",
            "Give the peer a certificate of our CA, or put exactly this certificate into our file."
        ),
        On(
            RefusalCode.MissingIntermediate,
            "Between its certificate and our CAs one is missing.",
            "Put the intermediate behind the certificate in the peer's file."
        ),
        On(
            RefusalCode.WrongUsage,
            "Its certificate may not be used for this: a client needs clientAuth, a server serverAuth.",
            "Issue it again with the right extended key usage; 'tunnel certs init' makes both."
        ),
        On(
            RefusalCode.WrongName,
            "The server's certificate does not have the name that we look for among its SANs.",
            "Set server_name to a name of the certificate, or issue one with the name in remote_server.host."
        ),
        On(
            RefusalCode.NotAllowed,
            "The certificate is good, but access or tls.allowed_client_cns does not let it in; the detail has the "
                + "nearest entry and what differs.",
            "Add it to the list if it is meant; 'tunnel explain' tries that out."
        ),
        On(
            RefusalCode.BadSignature,
            "A signature in its chain does not fit: the certificate is damaged, or another CA has the same name.",
            "Compare the CA file on both sides, and issue the certificate again."
        ),
        On(
            RefusalCode.Revoked,
            "It, or a CA above it, is in a CRL.",
            "Nothing if it was meant; otherwise issue a new certificate."
        ),
        On(
            RefusalCode.RevocationUnknown,
            "Our own fault: a CRL is missing, outdated or unusable, so nobody can be judged.",
            "Fetch the CRLs of all CAs into tls.crl; 'tunnel check' says which is wrong."
        ),
        On(
            RefusalCode.TooWeak,
            "A key is too short, or a signature uses MD5 or SHA-1.",
            "Issue it again: RSA with 2048 bits or more, or elliptic curves, and SHA-256."
        ),
        On(
            RefusalCode.TooLarge,
            "The chain has more certificates, or more bytes, than a peer may send.",
            "Send the certificate and its intermediates only."
        ),
        On(
            RefusalCode.OtherChainFault,
            "The chain breaks another rule; the detail has the TLS library's words.",
            "Issue it again as 'tunnel certs init' does, and compare the two with 'openssl x509 -text'."
        ),
    ];
}
