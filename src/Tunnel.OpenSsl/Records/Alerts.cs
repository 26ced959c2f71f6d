namespace Tunnel.Tls.OpenSslBackend;

/// <summary>The content of alert records (RFC 8446 section 6): a level, which says nothing any more, and a description.</summary>
internal static class Alerts
{
    private const byte Warning = 1;
    private const byte DescriptionCloseNotify = 0;
    private const byte DescriptionUserCanceled = 90;

    public static ReadOnlySpan<byte> CloseNotify => [Warning, DescriptionCloseNotify];

    public static bool IsCloseNotify(ReadOnlySpan<byte> content) => Is(content, DescriptionCloseNotify);

    /// <summary>user_canceled: a close_notify follows (section 6.1).</summary>
    public static bool IsHarmless(ReadOnlySpan<byte> content) => Is(content, DescriptionUserCanceled);

    public static string Describe(ReadOnlySpan<byte> content) =>
        content.Length == 2 ? AlertWords.Of(content[1]) : "the peer sent an alert that is none";

    private static bool Is(ReadOnlySpan<byte> content, byte description) =>
        content.Length == 2 && content[1] == description;
}
