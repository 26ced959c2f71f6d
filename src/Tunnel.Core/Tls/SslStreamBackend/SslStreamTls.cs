namespace Tunnel.Tls.SslStreamBackend;

/// <summary>TLS by the .NET runtime, on every platform it runs on.</summary>
public sealed class SslStreamTls : ITlsBackend
{
    public string Description { get; } = $"SslStream/{Environment.Version}";

    public ITlsEndpoint CreateEndpoint(TlsProfile profile, Action<TlsNotice>? tell = null, TimeProvider? time = null) =>
        new SslStreamEndpoint(profile, Description);
}
