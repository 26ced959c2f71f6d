namespace Tunnel.Tls;

/// <summary>
/// TLS cannot be set up as configured: a certificate, key, CA, CRL or ticket key file, a setting or the backend cannot
/// be used. Every fault names its file or key and says what to do.
/// </summary>
public sealed class TlsSetupException(IReadOnlyList<string> faults)
    : ExplainedException(string.Join('\n', faults), ExitCodes.BadInput)
{
    public TlsSetupException(string fault)
        : this([fault]) { }

    /// <summary>One sentence per fault, at least one.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
