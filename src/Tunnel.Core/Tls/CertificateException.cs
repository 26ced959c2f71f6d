namespace Tunnel.Tls;

/// <summary>Our own certificates, keys or CA files cannot be used. Every message names its file and says what to do.</summary>
public sealed class CertificateException(IReadOnlyList<string> faults) : Exception(string.Join('\n', faults))
{
    public CertificateException(string fault)
        : this([fault]) { }

    /// <summary>One sentence per fault, at least one.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
