namespace Tunnel.Opening;

/// <summary>
/// Reads a header of the PROXY protocol, version 1 or 2 (haproxy's doc/proxy-protocol.txt, section 2). It always knows
/// how many bytes are certainly still part of the header, so that nobody has to receive what comes after it.
/// </summary>
internal static class ProxyHeaderReader
{
    /// <param name="header">
    /// All bytes so far, from the first, and none that is not part of the header: after each call at most as many more
    /// as are missing.
    /// </param>
    public static ProxyReading Read(ReadOnlySpan<byte> header)
    {
        var isLine = StartsAs(header, ProxyLineReader.Start);
        var isBlock = StartsAs(header, ProxyFormat.Signature);
        return isLine && isBlock ? ProxyReading.Wait(ProxyLineReader.LeastBytes)
            : isLine ? ProxyLineReader.Read(header)
            : isBlock ? ProxyBlockReader.Read(header)
            : new ProxyReading(ProxyStep.NoHeader);
    }

    private static bool StartsAs(ReadOnlySpan<byte> header, ReadOnlySpan<byte> start) =>
        header.Length < start.Length ? start.StartsWith(header) : header.StartsWith(start);
}
