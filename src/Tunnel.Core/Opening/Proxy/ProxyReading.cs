namespace Tunnel.Opening;

/// <summary>How far the header of a connection has been read.</summary>
internal enum ProxyStep
{
    /// <summary>It is not complete yet.</summary>
    Wait,

    /// <summary>It is complete.</summary>
    Done,

    /// <summary>What came is not a header.</summary>
    NoHeader,

    /// <summary>It breaks the rules.</summary>
    Broken,
}

/// <param name="Missing">While it is not complete: how many bytes of it are still to come, at least.</param>
/// <param name="Route">When it is complete; null: the connection is the load balancer's own, or nobody knows.</param>
/// <param name="Words">When it breaks the rules: which.</param>
internal readonly record struct ProxyReading(
    ProxyStep Step,
    int Missing = 0,
    ProxyRoute? Route = null,
    string? Words = null
)
{
    public static ProxyReading Wait(int missing) => new(ProxyStep.Wait, Missing: missing);

    public static ProxyReading Done(ProxyRoute? route) => new(ProxyStep.Done, Route: route);

    public static ProxyReading Broken(string words) => new(ProxyStep.Broken, Words: words);
}
