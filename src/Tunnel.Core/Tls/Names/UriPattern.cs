namespace Tunnel.Tls;

/// <summary>
/// A URI with wildcards in its path: <c>*</c> stands for one segment, and as the last segment for one or more.
/// </summary>
internal static class UriPattern
{
    public static bool IsOne(string pattern) => pattern.Contains('*', StringComparison.Ordinal);

    /// <summary>
    /// Scheme, host and fixed segments are compared octet for octet (SPIFFE-ID section 2). A URI that could be read in
    /// two ways matches no wildcard: with empty or dot segments, escapes, a query or a fragment.
    /// </summary>
    public static bool Matches(string uri, string pattern)
    {
        if (uri.AsSpan().ContainsAny("%?#\\*"))
        {
            return false;
        }

        // The first three are the scheme, nothing, and the host.
        var (given, wanted) = (uri.Split('/'), pattern.Split('/'));
        if (given.Length < wanted.Length || given.Skip(3).Any(segment => segment is "" or "." or ".."))
        {
            return false;
        }

        for (var index = 0; index < wanted.Length; index++)
        {
            var isWild = index >= 3 && wanted[index] == "*";
            if (!isWild && wanted[index] != given[index])
            {
                return false;
            }
        }

        return given.Length == wanted.Length || wanted[^1] == "*";
    }
}
