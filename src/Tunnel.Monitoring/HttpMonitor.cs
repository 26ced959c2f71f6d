using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Tunnel.Config;
using Tunnel.Tunnels;

namespace Tunnel.Monitoring;

/// <summary>Status, metrics and the page over HTTP/1.1, as long as it is not disposed of.</summary>
internal sealed class HttpMonitor : IAsyncDisposable
{
    // Scrapers, a few people with a page open, and probes: each takes a file and some memory.
    public const int MostConnections = 64;

    // Names, tokens and what browsers send; nothing here has a body.
    private const int MostHeaderBytes = 16 * 1024;
    private const int MostLineBytes = 4096;

    // Who sends or reads slower than a modem is cut after these.
    private static readonly TimeSpan _headerTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _idleTime = TimeSpan.FromSeconds(75);
    private static readonly MinDataRate _slowest = new(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(5));

    private readonly KestrelServer _server;
    private readonly MetricsText _metrics;

    private HttpMonitor(KestrelServer server, MetricsText metrics) => (_server, _metrics) = (server, metrics);

    /// <summary>Where it listens, with the port that the system chose where the configuration says 0.</summary>
    public Uri Address => new(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    /// <param name="token">Who asks has to show it; null: nobody has to.</param>
    /// <exception cref="TunnelStartException">The address cannot be used.</exception>
    public static async Task<HttpMonitor> StartAsync(HttpSettings settings, string? token, Snapshots snapshots)
    {
        var connections = new Connections(MostConnections);
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(
            new IPEndPoint(settings.Address, settings.Port),
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(connections.Watch);
            }
        );
        Limit(options.Limits);
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { Backlog = MostConnections }),
            NullLoggerFactory.Instance
        );
        var server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        var metrics = new MetricsText();
        try
        {
            await server
                .StartAsync(new Requests(new Gate(token), connections, snapshots, metrics), CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            server.Dispose();
            metrics.Dispose();
            throw new TunnelStartException(
                Trouble.Of(
                    $"cannot serve the status over HTTP on {settings.Address} port {settings.Port} (monitor.http): "
                        + (e.InnerException?.Message ?? e.Message),
                    "give monitor.http.port another number, or end what listens there"
                )
            );
        }

        return new HttpMonitor(server, metrics);
    }

    /// <summary>Closes the listener, and cuts who is connected.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _server.Dispose();
        _metrics.Dispose();
    }

    private static void Limit(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = 0;
        limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        limits.MaxRequestLineSize = MostLineBytes;
        limits.MaxRequestBufferSize = MostHeaderBytes + MostLineBytes;
        limits.RequestHeadersTimeout = _headerTime;
        limits.KeepAliveTimeout = _idleTime;
        limits.MinResponseDataRate = _slowest;
    }
}
