using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tls;

namespace Tunnel.Tests.TestKit;

/// <summary>Which backend the two ends of a pair run on.</summary>
public sealed record BackendPair(TlsBackendSetting Client, TlsBackendSetting Server)
{
    public override string ToString() => $"{Client} to {Server}";
}

/// <summary>The TLS backends under test: each alone, and each against the other.</summary>
public static class TestBackends
{
    public static readonly BackendPair[] Pairs =
    [
        new(TlsBackendSetting.OpenSsl, TlsBackendSetting.OpenSsl),
        new(TlsBackendSetting.SslStream, TlsBackendSetting.SslStream),
        new(TlsBackendSetting.OpenSsl, TlsBackendSetting.SslStream),
        new(TlsBackendSetting.SslStream, TlsBackendSetting.OpenSsl),
    ];

    /// <summary>What pairs run on that are started from now on; tests run one at a time.</summary>
    public static BackendPair Current { get; set; } = Pairs[0];

    public static ITlsBackend Client => BackendChoice.For(Current.Client).Backend;

    public static ITlsBackend Server => BackendChoice.For(Current.Server).Backend;

    /// <summary>For what only this one can.</summary>
    public static ITlsBackend OpenSsl => BackendChoice.For(TlsBackendSetting.OpenSsl).Backend;
}
