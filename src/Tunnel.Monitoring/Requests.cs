using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tunnel.Reports;

namespace Tunnel.Monitoring;

/// <summary>What is asked, and the answers.</summary>
internal sealed class Requests(Gate gate, Connections connections, Snapshots snapshots, MetricsText metrics)
    : IHttpApplication<HttpContext>
{
    private const string Text = "text/plain; charset=utf-8";

    // A page shows some of them; whoever wants all says so.
    private const int FewSessions = 500;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) { }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        connections.Asks(context.Connection.Id);
        var (request, response) = (context.Request, context.Response);
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var path = request.Path.Value ?? "";
        // The page itself knows nothing; what it asks for is guarded.
        if (gate.WhyNot(request, isOpen: path is "/livez" or "/readyz" or "/") is var (status, words))
        {
            if (status == StatusCodes.Status401Unauthorized)
            {
                response.Headers.WWWAuthenticate = "Bearer";
            }

            await SayAsync(context, status, words).ConfigureAwait(false);
            return;
        }

        await AnswerAsync(context, path).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context, string path)
    {
        switch (path)
        {
            case "/":
                await Page.WriteAsync(context.Response).ConfigureAwait(false);
                break;
            case "/livez":
                await SayAsync(context, StatusCodes.Status200OK, "alive").ConfigureAwait(false);
                break;
            case "/readyz":
                await ReadyAsync(context).ConfigureAwait(false);
                break;
            case "/status":
                await JsonAsync(context, snapshots.Report, ReportJson.Default.ProcessReport).ConfigureAwait(false);
                break;
            case "/sessions":
                await SessionsAsync(context).ConfigureAwait(false);
                break;
            case "/metrics":
                await metrics.WriteAsync(context).ConfigureAwait(false);
                break;
            default:
                await SayAsync(
                        context,
                        StatusCodes.Status404NotFound,
                        "there are /livez, /readyz, /status, /sessions, /metrics, and the page at /"
                    )
                    .ConfigureAwait(false);
                break;
        }
    }

    /// <summary>A word for load balancers; of a client, a second one that tells whether a server was reached.</summary>
    private Task ReadyAsync(HttpContext context)
    {
        var report = snapshots.Report;
        var servers = report.Tunnels.Where(tunnel => tunnel.Role == "client").SelectMany(tunnel => tunnel.Targets);
        var reachable = servers.Any() && !servers.Any(server => server.Healthy) ? "\nserver unreachable" : "";
        return report.NotReady is { } why
            ? SayAsync(context, StatusCodes.Status503ServiceUnavailable, $"not ready: {why}{reachable}")
            : SayAsync(context, StatusCodes.Status200OK, $"ready{reachable}");
    }

    private Task SessionsAsync(HttpContext context)
    {
        var asked = context.Request.Query["limit"].ToString();
        var most = FewSessions;
        if (asked != "" && !int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out most))
        {
            return SayAsync(context, StatusCodes.Status400BadRequest, "limit is a whole number, such as ?limit=10000");
        }

        return JsonAsync(context, snapshots.Sessions(most), ReportJson.Default.SessionList);
    }

    private static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }

    private static Task SayAsync(HttpContext context, int status, string words)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, Text);
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.WriteAsync(words + "\n", context.RequestAborted);
    }
}
