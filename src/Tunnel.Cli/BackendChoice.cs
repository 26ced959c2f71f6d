using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tls;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Cli;

/// <summary>Which backend runs: what the configuration asks for, or what is best on this platform.</summary>
/// <param name="Note">Why <c>auto</c> did not take OpenSSL where it would have; null otherwise.</param>
internal sealed record BackendChoice(ITlsBackend Backend, string? Note)
{
    /// <exception cref="TlsSetupException">OpenSSL is required and is not available.</exception>
    public static BackendChoice For(TlsBackendSetting setting) =>
        For(setting, OperatingSystem.IsLinux(), OpenSslTls.TryLoad);

    public static BackendChoice For(
        TlsBackendSetting setting,
        bool isLinux,
        Func<(OpenSslTls? Backend, string WhyNot)> tryLoad
    )
    {
        if (setting == TlsBackendSetting.SslStream || (setting == TlsBackendSetting.Auto && !isLinux))
        {
            return new BackendChoice(new SslStreamTls(), null);
        }

        var (openSsl, whyNot) = tryLoad();
        if (openSsl is not null)
        {
            return new BackendChoice(openSsl, null);
        }

        return setting == TlsBackendSetting.Auto
            ? new BackendChoice(new SslStreamTls(), $"TLS by SslStream, because {whyNot}")
            : throw new TlsSetupException(
                Trouble.Of(
                    $"tls.backend is openssl, but {whyNot}",
                    "install OpenSSL 3 (Debian: libssl3), or set tls.backend to auto",
                    ": "
                )
            );
    }
}
