using Tunnel.Tls;
using Tunnel.Tls.OpenSslBackend;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// The TLS backends under test: <c>TUNNEL_TEST_BACKENDS=client,server</c>, each <c>sslstream</c> or <c>openssl</c>; both
/// OpenSSL if it is not set.
/// </summary>
public static class TestBackends
{
    private static readonly string[] _names = (
        Environment.GetEnvironmentVariable("TUNNEL_TEST_BACKENDS") ?? "openssl,openssl"
    ).Split(',');

    public static ITlsBackend Client { get; } = Make(_names[0]);

    public static ITlsBackend Server { get; } = Make(_names[^1]);

    private static ITlsBackend Make(string name) =>
        name switch
        {
            "sslstream" => new SslStreamTls(),
            "openssl" => OpenSslTls.TryLoad() is { Backend: { } backend }
                ? backend
                : throw new InvalidOperationException("libssl 3 is needed for these tests"),
            _ => throw new InvalidOperationException($"TUNNEL_TEST_BACKENDS: no backend '{name}'"),
        };
}
