namespace Tunnel.Tls.SslStreamBackend;

/// <summary>TLS by the .NET runtime, on every platform it runs on.</summary>
public sealed class SslStreamTls : ITlsBackend
{
    public string Description { get; } = $"SslStream/{Environment.Version}";

    /// <summary>50 to 60 KiB of ours and of libssl, twice that on its way, and the gaps between them.</summary>
    public long SessionBytes => 120 * 1024;

    public ITlsEndpoint CreateEndpoint(TlsProfile profile, Action<TlsNotice>? tell = null, TimeProvider? time = null) =>
        new SslStreamEndpoint(profile, Description);
}
