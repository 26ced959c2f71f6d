using System.Buffers;

namespace Tunnel.Tls;

/// <summary>The text between a BEGIN line and its END line (RFC 7468).</summary>
/// <param name="Label">As in the BEGIN line, such as <c>CERTIFICATE</c>.</param>
/// <param name="Line">Of the BEGIN line, from 1.</param>
/// <param name="Content">Decoded from base64; empty where there is a fault.</param>
/// <param name="Fault">Why there is no content, in words that follow the block's name; null when there is.</param>
internal sealed record PemBlock(string Label, int Line, byte[] Content, string? Fault = null)
{
    // The longest label in use is NEW CERTIFICATE REQUEST, with 23.
    private const int MostLetters = 30;

    private static readonly SearchValues<char> _letters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 #-"
    );

    /// <summary>
    /// Encrypted as OpenSSL did before PKCS#8, by headers inside the block (RFC 1421 section 4.6.1.1).
    /// </summary>
    public bool HasLegacyEncryption { get; init; }

    public override string ToString() => $"the block {Shown(Label)} that begins at line {Line}";

    /// <summary>
    /// A label for messages. Where hyphens or line ends are missing, a part of a key may be in its place, which the
    /// small letters of base64 show.
    /// </summary>
    public static string Shown(string label) =>
        label.Length > MostLetters || label.AsSpan().ContainsAnyExcept(_letters) ? "with a damaged label" : label;
}
