using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>HAProxy in front of a server; HAProxy and nginx behind it.</summary>
public sealed partial class ProxyProtocolTests(BackendPair backends) : ProcessTests(backends)
{
    private const string Defaults = """
        defaults
          mode tcp
          timeout connect 10s
          timeout client 60s
          timeout server 60s
        """;

    // Of nginx, the first that reads TLVs. Debian 12 has 1.22.
    private static readonly Version _nginxWithTlvs = new(1, 23, 2);

    private static readonly byte[] _words = "some words"u8.ToArray();

    private readonly TempDirectory _files = new();

    [OneTimeTearDown]
    public void DeleteFiles() => _files.Dispose();

    [TestCase("send-proxy")]
    [TestCase("send-proxy-v2")]
    [TestCase("send-proxy-v2 proxy-v2-options crc32c")]
    public async Task HAProxy_in_front_says_who_the_client_is(string how)
    {
        var port = Wire.FreePort();
        using var target = Wire.Listen();
        var options = Options with { RemotePort = port, ServerListener = ", proxy_protocol_from: [127.0.0.5]" };
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port, options);
        using var haproxy = await HAProxyAsync(
            port,
            $"""
            {Defaults}
            listen tunnel
              bind 127.0.0.1:{port}
              server one 127.0.0.1:{pair.Server.EndPoint.Port} source 127.0.0.5 check inter 100ms {how}
            """
        );

        var (application, service) = await pair.OpenAsync(target);
        await application.PassAsync(service, _words);
        await service.PassAsync(application, _words);
        application.Shutdown(SocketShutdown.Send);
        service.Shutdown(SocketShutdown.Send);
        await application.ReadToEndAsync();
        await service.ReadToEndAsync();

        // Health checks have ended as well.
        var line = new ClosedLine(await pair.Server.LineAsync(l => ClosedLine.Is(l) && l.Contains("reason=eof")));
        Assert.That(line.Peer, Does.StartWith("127.0.0.1:"), line.ToString());
        Assert.That(line.Via, Does.StartWith("127.0.0.5:"), line.ToString());
        await pair.Server.LineAsync(l => l.Contains("reason=probe"));
        Assert.That(pair.Server.Log, Does.Not.Contain("reason=handshake"));
        application.Dispose();
        service.Dispose();
        AssertNoFault(pair);
    }

    [TestCase("v1")]
    [TestCase("v2")]
    public async Task HAProxy_behind_knows_the_client(string version)
    {
        const string shown = "%[src]:%[src_port] %[dst_port] %[fc_pp_unique_id]";
        var port = Wire.FreePort();
        using var haproxy = await HAProxyAsync(
            port,
            $"""
            {Defaults}
            listen service
              mode http
              bind 127.0.0.1:{port} accept-proxy
              http-request return status 200 content-type text/plain lf-string "{shown}"
            """
        );
        await using var pair = await ProcessPair.StartAsync(
            port,
            Options with
            {
                Target = $", proxy_protocol: {version}",
            }
        );

        var answer = await AskAsync(pair);

        var session = (await pair.Server.ClosedAsync())[0];
        var id = version == "v2" ? session.Id : "";
        Assert.That(answer, Does.EndWith($"\n{session.Peer} {pair.Server.EndPoint.Port} {id}"));
        AssertNoFault(pair);
    }

    [TestCase("v1")]
    [TestCase("v2")]
    public async Task Nginx_behind_knows_the_client(string version)
    {
        var hasTlvs = version == "v2" && await NginxVersionAsync() >= _nginxWithTlvs;
        const string tlv = "$proxy_protocol_tlv_";
        var name = hasTlvs ? $"{tlv}ssl_cn {tlv}ssl_version {tlv}ssl_cipher {tlv}unique_id" : "-";
        var port = Wire.FreePort();
        var directory = Directory.CreateDirectory(_files.File($"nginx-{version}-{port}")).FullName;
        var config = Path.Combine(directory, "nginx.conf");
        await File.WriteAllTextAsync(
            config,
            $$"""
            daemon off;
            pid {{directory}}/pid;
            error_log {{directory}}/error.log;
            events {}
            http {
              access_log off;
              client_body_temp_path {{directory}}/body;
              proxy_temp_path {{directory}}/proxy;
              fastcgi_temp_path {{directory}}/fastcgi;
              uwsgi_temp_path {{directory}}/uwsgi;
              scgi_temp_path {{directory}}/scgi;
              server {
                listen 127.0.0.1:{{port}} proxy_protocol;
                location / {
                  return 200 "$proxy_protocol_addr:$proxy_protocol_port $proxy_protocol_server_port {{name}}";
                }
              }
            }
            """
        );
        using var nginx = await Tool.ServeAsync(port, "nginx", "-p", directory, "-c", config);
        await using var pair = await ProcessPair.StartAsync(
            port,
            Options with
            {
                Target = $", proxy_protocol: {version}",
            }
        );

        var answer = await AskAsync(pair);

        var session = (await pair.Server.ClosedAsync())[0];
        var shown = hasTlvs ? $"client {session.TlsVersion} {session.Cipher} {session.Id}" : "-";
        Assert.That(answer, Does.EndWith($"\n{session.Peer} {pair.Server.EndPoint.Port} {shown}"));
        AssertNoFault(pair);
    }

    private static async Task<Version> NginxVersionAsync() =>
        Version.Parse(VersionOfNginx().Match(await Tool.RunAsync("nginx", "-v")).Groups[1].Value);

    private static async Task<string> AskAsync(ProcessPair pair)
    {
        using var application = await pair.DialAsync();
        await application.SendAllAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());
        return Encoding.ASCII.GetString(await application.ReadToEndAsync());
    }

    private Task<IDisposable> HAProxyAsync(int port, string config) =>
        Tool.ServeAsync(
            port,
            "haproxy",
            "-db",
            "-f",
            _files.Write(string.Create(CultureInfo.InvariantCulture, $"haproxy-{port}.cfg"), config + "\n")
        );

    [GeneratedRegex("nginx/([0-9.]+)")]
    private static partial Regex VersionOfNginx();
}
