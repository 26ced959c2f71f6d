using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Tunnel.Monitoring;

/// <summary>
/// The page: one document that asks <c>/status</c> and <c>/sessions</c>. Its policy lets it run its own script and
/// style and nothing else, by their hashes (CSP level 3).
/// </summary>
internal static partial class Page
{
    private static readonly byte[] _html = Load();
    private static readonly string _policy = Policy(Encoding.UTF8.GetString(_html));

    public static Task WriteAsync(HttpResponse response)
    {
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = _policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.ContentLength = _html.Length;
        return HttpMethods.IsHead(response.HttpContext.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(_html, response.HttpContext.RequestAborted).AsTask();
    }

    private static byte[] Load()
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream("page.html")!;
        var html = new byte[stream.Length];
        stream.ReadExactly(html);
        return html;
    }

    private static string Policy(string html) =>
        $"default-src 'none'; script-src {Hash(Script().Match(html))}; style-src {Hash(Style().Match(html))}; "
        + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string Hash(Match element) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(element.Groups[1].Value)))}'";

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
