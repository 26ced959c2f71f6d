namespace Tunnel.Net;

/// <summary>Where the addresses of a name come from.</summary>
internal interface INames
{
    /// <summary>The addresses of a name, or the one that is written out. Never throws.</summary>
    Task<LookupResult> LookupAsync(string name);
}
