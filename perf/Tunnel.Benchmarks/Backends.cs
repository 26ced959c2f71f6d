using Tunnel.OpenSsl;
using Tunnel.Tls;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Benchmarks;

/// <summary>The backends by the names they have in the configuration.</summary>
internal static class Backends
{
    public const string OpenSsl = "openssl";
    public const string SslStream = "sslstream";

    public static ITlsBackend Get(string name) =>
        name == SslStream
            ? new SslStreamTls()
            : OpenSslTls.TryLoad().Backend ?? throw new InvalidOperationException("libssl 3 is needed");
}
