using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tunnel.Monitoring;

/// <summary>
/// Who may ask. A browser on this machine asks for every page that its user opens, so a page of somebody else must not
/// learn anything: neither by a request to us (<c>Origin</c>, <c>Sec-Fetch-Site</c>), nor by a name of its own that
/// it makes point to us (DNS rebinding; <c>Host</c>).
/// </summary>
/// <param name="token">RFC 6750; null: none is needed.</param>
internal sealed class Gate(string? token)
{
    private readonly byte[]? _token = token is null ? null : Hash(token);

    /// <param name="isOpen">What is asked for tells one word that a load balancer needs.</param>
    /// <returns>Why not, with the status; null: he may.</returns>
    public (int Status, string Words)? WhyNot(HttpRequest request, bool isOpen)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return (StatusCodes.Status405MethodNotAllowed, "only GET and HEAD: nothing can be changed here");
        }

        if (IsOfAnotherPage(request.Headers))
        {
            return (StatusCodes.Status403Forbidden, "a page of another origin asks: open this address itself");
        }

        var isKnown = _token is not null && Shows(request.Headers.Authorization, _token);
        if (_token is null ? !IsOurs(request.Host) : !isKnown && !isOpen)
        {
            return _token is null
                ? (
                    StatusCodes.Status421MisdirectedRequest,
                    "this host name is not known here: ask by an IP address, or by localhost"
                )
                : (
                    StatusCodes.Status401Unauthorized,
                    "send the header 'Authorization: Bearer TOKEN' with the token of monitor.http.token_file"
                );
        }

        return null;
    }

    private static bool IsOfAnotherPage(IHeaderDictionary headers) =>
        headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none")
        || (
            headers.Origin.ToString() is not "" and var origin
            && (!Uri.TryCreate(origin, UriKind.Absolute, out var page) || page.Authority != headers.Host.ToString())
        );

    /// <summary>A name that somebody can register is never one of these.</summary>
    private static bool IsOurs(HostString host) =>
        IPAddress.TryParse(host.Host.Trim('[', ']'), out _)
        || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    private static bool Shows(string? authorization, byte[] token)
    {
        const string Scheme = "Bearer ";
        // Hashed, so that how long it takes tells nothing.
        return authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true
            && CryptographicOperations.FixedTimeEquals(Hash(authorization[Scheme.Length..].Trim()), token);
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
