namespace Tunnel.Tls;

/// <summary>What stands between a BEGIN line and its END line (RFC 7468).</summary>
/// <param name="Label">As the BEGIN line has it, such as <c>CERTIFICATE</c>.</param>
/// <param name="Line">Of the BEGIN line, from 1.</param>
/// <param name="Content">Decoded from base64; empty where there is a fault.</param>
/// <param name="Fault">Why there is no content, in words that go on after the block's name; null when there is.</param>
internal sealed record PemBlock(string Label, int Line, byte[] Content, string? Fault = null)
{
    /// <summary>Encrypted as OpenSSL did before PKCS#8, by headers inside the block (RFC 1421 section 4.6.1.1).</summary>
    public bool HasLegacyEncryption { get; init; }

    public override string ToString() => $"the block {SafeText.Escape(Label)} that begins in line {Line}";
}
