namespace Tunnel.Net;

/// <summary>Where the addresses of a name come from.</summary>
internal interface INames
{
    /// <summary>The addresses of a name, or of a literal address the address itself. Never throws.</summary>
    Task<LookupResult> LookupAsync(string name);
}
