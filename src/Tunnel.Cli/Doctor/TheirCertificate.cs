using System.Security.Cryptography.X509Certificates;
using Tunnel.Tls;

namespace Tunnel.Cli.Doctor;

/// <summary>What to do when we refuse the certificate that a server presents.</summary>
internal static class TheirCertificate
{
    /// <param name="refusal">Ours.</param>
    /// <param name="leaf">What the server has presented.</param>
    /// <param name="expected">The name that the certificate should have.</param>
    /// <param name="caFile">Whose CAs we trust.</param>
    public static string Remedy(Refusal refusal, X509Certificate2? leaf, string expected, string caFile) =>
        refusal.Code switch
        {
            RefusalCode.Expired =>
                "issue a new certificate for the server and put it in its tls.server_cert; it is taken up without a "
                    + "restart",
            RefusalCode.NotYetValid =>
                "if both clocks are right, wait until the certificate is valid, or issue one that already is",
            RefusalCode.UntrustedIssuer or RefusalCode.SelfSigned or RefusalCode.BadSignature =>
                $"if this is the server that you mean, put the CA that issued its certificate in {caFile} "
                    + "(remote_server.server_ca_cert here), or give the server a certificate from a CA of that file"
                    + (
                        refusal.Code == RefusalCode.UntrustedIssuer && leaf is not null
                            ? $"; if {PeerIdentity.From(leaf).Issuer} is an intermediate below such a CA, the server "
                                + "has left it out: append it behind its own certificate, in its tls.server_cert"
                            : ""
                    )
                    + "; if the issuer is a stranger, something on the way (a proxy that inspects TLS) or another "
                    + "service answers in its place",
            RefusalCode.MissingIntermediate =>
                "append the intermediate's certificate behind the server's own in the file of its tls.server_cert; "
                    + $"or put it in {caFile} here, together with its root",
            RefusalCode.WrongUsage =>
                "issue the server's certificate again with the extended key usage serverAuth (and the key usage "
                    + "digitalSignature)",
            RefusalCode.WrongName =>
                "if this is the server that you mean, set remote_server.server_name to a name that its certificate "
                    + $"has; otherwise issue the certificate again with {expected} among its SANs, or correct "
                    + "remote_server.host and port",
            RefusalCode.Revoked =>
                "issue a new certificate for the server; the revoked one stays refused (tls.crl here)",
            RefusalCode.RevocationUnknown =>
                "fetch a CRL that is in date, of every CA above the server's certificate, into the file of tls.crl",
            RefusalCode.TooWeak => "issue the server's certificate again, with a longer key or a better hash",
            RefusalCode.NotAllowed =>
                "change remote_server.access here, if this server is meant to be trusted; tunnel explain says which "
                    + "entry decides",
            RefusalCode.TooLarge => "leave only the server's own certificate and its intermediates in tls.server_cert",
            RefusalCode.NoCertificate => "set tls.server_cert at the server; without a certificate nobody can trust it",
            var code => RefusalAdvice.Of(code).Remedy,
        };
}
