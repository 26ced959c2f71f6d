using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tunnel.Monitoring;

/// <summary>
/// The page: one document that asks <c>/status</c> and <c>/sessions</c>. Its policy lets it run its own script and
/// style and nothing else, by their hashes (CSP level 3), and lets no text become markup (Trusted Types).
/// </summary>
internal static class Page
{
    // Each may use those before it.
    private static readonly string[] _scripts =
    [
        "text.js",
        "watch.js",
        "health.js",
        "tunnels.js",
        "sessions.js",
        "page.js",
    ];

    private static readonly string _style = $"\n{Read("page.css")}";
    private static readonly string _script = $"\n{string.Concat(_scripts.Select(Read))}";

    private static readonly byte[] _html = Encoding.UTF8.GetBytes(
        Read("page.html")
            .Replace("<style></style>", $"<style>{_style}</style>", StringComparison.Ordinal)
            .Replace("<script></script>", $"<script>{_script}</script>", StringComparison.Ordinal)
    );

    private static readonly string _policy =
        $"default-src 'none'; script-src {Hash(_script)}; style-src {Hash(_style)}; connect-src 'self'; "
        + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

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

    private static string Read(string part)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream(part)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Hash(string inner) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inner)))}'";
}
