namespace Tunnel.Tls;

/// <summary>
/// TLS cannot be set up as configured: a certificate, key, CA, CRL or ticket key file, a setting or the backend cannot
/// be used. Every fault names its file or key and says what to do.
/// </summary>
public sealed class TlsSetupException(IReadOnlyList<Trouble> faults) : ExplainedException(faults, ExitCodes.BadInput)
{
    public TlsSetupException(Trouble fault)
        : this([fault]) { }
}
