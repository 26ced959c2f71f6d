using Tunnel.Config;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Tls.OpenSslBackend;

/// <summary>Which backend runs: what the configuration asks for, or what is best on this platform.</summary>
/// <param name="Note">Why <c>auto</c> did not take OpenSSL where it would have; null otherwise.</param>
public sealed record BackendChoice(ITlsBackend Backend, string? Note)
{
    /// <exception cref="CertificateException">OpenSSL is demanded and cannot be had.</exception>
    public static BackendChoice For(TlsBackendSetting setting)
    {
        if (setting == TlsBackendSetting.SslStream || (setting == TlsBackendSetting.Auto && !OperatingSystem.IsLinux()))
        {
            return new BackendChoice(new SslStreamTls(), null);
        }

        var (openSsl, whyNot) = OpenSslTls.TryLoad();
        if (openSsl is not null)
        {
            return new BackendChoice(openSsl, null);
        }

        return setting == TlsBackendSetting.Auto
            ? new BackendChoice(new SslStreamTls(), $"TLS by SslStream, because {whyNot}")
            : throw new CertificateException(
                $"tls.backend is openssl, but {whyNot}: install OpenSSL 3 (Debian: libssl3), or set tls.backend to auto"
            );
    }
}
