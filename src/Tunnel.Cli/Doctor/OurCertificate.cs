using Tunnel.Tls;

namespace Tunnel.Cli.Doctor;

/// <summary>What a server has against our certificate, by its greeting or by a TLS alert.</summary>
internal static class OurCertificate
{
    /// <summary>One word, whichever way the server said it; null: it is not about certificates.</summary>
    /// <param name="said">The text of a greeting that denies, or the name of an alert.</param>
    public static string? CodeOf(string said) =>
        said switch
        {
            "unknown_ca" or "untrusted_issuer" or "self_signed" or "bad_signature" => "our_issuer_not_trusted",
            "missing_intermediate" => "our_intermediate_missing",
            "certificate_expired" or "expired" => "our_certificate_expired",
            "not_yet_valid" => "our_certificate_not_yet_valid",
            "certificate_revoked" or "revoked" => "our_certificate_revoked",
            "unsupported_certificate" or "wrong_usage" => "our_certificate_wrong_usage",
            "access_denied" or "not_allowed" or "wrong_name" => "not_allowed",
            "certificate_required" or "no_certificate" => "no_certificate",
            "bad_certificate" or "certificate_unknown" => "our_certificate_refused",
            "too_weak" => "our_certificate_too_weak",
            "decrypt_error" => "our_signature_refused",
            _ => null,
        };

    /// <param name="code">Of <see cref="CodeOf"/>.</param>
    public static string Remedy(string code, TlsProfile profile)
    {
        var certFile = profile.Own?.CertFile;
        var issuer = profile.Own is { } own ? PeerIdentity.From(own.Leaf).Issuer : "our CA";
        return code switch
        {
            "our_issuer_not_trusted" => IsOfRoot(profile)
                ? $"put the certificate of {issuer} in the file of tls.client_ca_cert at the server, or take a client "
                    + "certificate from a CA that it trusts"
                : $"if {issuer} is an intermediate CA, append its certificate behind ours in {certFile}; otherwise put "
                    + "it in the file of tls.client_ca_cert at the server, or take a client certificate from a CA "
                    + "that it trusts",
            "our_intermediate_missing" =>
                $"append the certificate of the intermediate CA {issuer} behind ours in {certFile}",
            "our_certificate_expired" => $"issue a new client certificate and put it in {certFile}",
            "our_certificate_not_yet_valid" =>
                "set the clocks of both machines (timedatectl set-ntp true), or wait until the certificate is valid",
            "our_certificate_revoked" =>
                $"issue a new client certificate and put it in {certFile}; the revoked one stays refused",
            "our_certificate_wrong_usage" =>
                $"issue the client certificate of {certFile} again with the extended key usage clientAuth (and the "
                    + "key usage digitalSignature)",
            "not_allowed" =>
                "let this client in at the server (access, or tls.allowed_client_cns); there, tunnel explain --cert "
                    + "with this certificate says which entry decides",
            "no_certificate" => "set tls.client_cert and tls.client_key here: this server asks for a certificate",
            "our_certificate_too_weak" =>
                $"issue the client certificate of {certFile} again, with a longer key or a better hash",
            _ => $"look at the server's log, which says why it refuses the certificate of {certFile}; tunnel explain "
                + "--cert with it at the server says the same without a connection",
        };
    }

    /// <summary>Our issuer is a root that our own file has, so no intermediate can be missing.</summary>
    private static bool IsOfRoot(TlsProfile profile) =>
        profile.Own is { Leaf: { } leaf }
        && profile.Policy.Anchors?.Certificates.Any(ca =>
            ca.Subject == ca.Issuer && ca.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData)
        ) == true;
}
