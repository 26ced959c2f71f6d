using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Tunnel.Monitoring;

/// <summary>
/// The page: one document that asks <c>/status</c> and <c>/sessions</c>. Its policy lets it run its own script and
/// style and nothing else, by their hashes (CSP level 3), and lets no text become markup (Trusted Types).
/// </summary>
internal static partial class Page
{
    private static readonly string[] _scripts =
    [
        "text.js",
        "watch.js",
        "health.js",
        "tunnels.js",
        "sessions.js",
        "page.js",
    ];
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

    /// <summary>One document of its parts, in which scripts may use those before them.</summary>
    private static byte[] Load() =>
        Encoding.UTF8.GetBytes(
            Read("page.html")
                .Replace("<style></style>", $"<style>\n{Read("page.css")}</style>", StringComparison.Ordinal)
                .Replace(
                    "<script></script>",
                    $"<script>\n{string.Concat(_scripts.Select(Read))}</script>",
                    StringComparison.Ordinal
                )
        );

    private static string Read(string part)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream(part)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Policy(string html) =>
        $"default-src 'none'; script-src {Hash(Script().Match(html))}; style-src {Hash(Style().Match(html))}; "
        + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    private static string Hash(Match element) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(element.Groups[1].Value)))}'";

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
