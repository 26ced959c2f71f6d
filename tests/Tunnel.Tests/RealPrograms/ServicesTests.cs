using System.Globalization;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>PostgreSQL, Redis and nginx behind one process, with the example that the README names.</summary>
public sealed class ServicesTests
{
    private const string Page = "a page of many words";

    private readonly TempDirectory _files = new();

    [OneTimeTearDown]
    public void DeleteFiles() => _files.Dispose();

    [Test]
    public async Task Three_services_are_behind_one_process()
    {
        var (redisPort, webPort) = (Wire.FreePort(), Wire.FreePort());
        await using var postgres = await PostgresServer.StartAsync();
        using var redis = await RedisAsync(redisPort);
        using var nginx = await NginxAsync(webPort);
        var ports = new Dictionary<string, (int Server, int Client, int Target)>
        {
            ["pg"] = (Wire.FreePort(), Wire.FreePort(), postgres.Port),
            ["redis"] = (Wire.FreePort(), Wire.FreePort(), redisPort),
            ["web"] = (Wire.FreePort(), Wire.FreePort(), webPort),
        };
        await Tool.RunAsync(
            TunnelProgram.StartInfo([]).FileName,
            "certs",
            "init",
            "--server-name",
            "localhost",
            "--dir",
            _files.File("certs")
        );
        var config = _files.Write(
            "tunnels.yaml",
            (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "config/tunnels_config.yaml.example"))).Replace(
                "certs/",
                _files.File("certs") + "/"
            )
        );

        await using var tunnels = await RunningTunnel.StartAsync([
            "run",
            "--config",
            config,
            .. ports.SelectMany(SettingsOf),
        ]);
        await tunnels.LineAsync(line => line.Contains("[web] ") && line.Contains(" listening on "));

        await PostgresTests.WorksAsync("-h", "127.0.0.1", "-p", Text(ports["pg"].Client), "-U", "postgres");
        var cli = Text(ports["redis"].Client);
        await Tool.RunAsync("redis-cli", "-p", cli, "set", "key", "42");
        Assert.That(await Tool.RunAsync("redis-cli", "-p", cli, "get", "key"), Is.EqualTo("42\n"));
        using var http = new HttpClient();
        var url = $"http://127.0.0.1:{Text(ports["web"].Client)}/";
        Assert.That(await http.GetStringAsync(new Uri(url)), Is.EqualTo(Page));
        foreach (var name in new[] { "pg", "pg-server", "redis", "redis-server" })
        {
            await tunnels.LineAsync(line => line.Contains($"[{name}] ") && line.Contains("reason=eof"));
        }

        Assert.That(tunnels.Log, Does.Not.Contain(" WARN ").And.Not.Contain(" ERROR "));
    }

    [Test]
    public async Task PostgreSQL_and_Redis_are_reached_by_Unix_sockets_on_both_sides()
    {
        await using var postgres = await PostgresServer.StartAsync();
        var (redisPort, redisSocket) = (Wire.FreePort(), _files.File("redis.sock"));
        using var redis = await RedisAsync(redisPort, "--unixsocket", redisSocket);
        var pems = PairFiles.Write(_files, new PairOptions());
        var config = _files.Write(
            "unix.yaml",
            $"""
            tls:
              server_cert: {pems.ServerCert}
              server_key: {pems.ServerKey}
              client_ca_cert: {pems.ClientCa}
              client_cert: {pems.ClientCert}
              client_key: {pems.ClientKey}
            remote_server: {"{"} host: localhost, server_ca_cert: {pems.ServerCa} {"}"}
            tunnels:
            {Entry("pg", postgres.SocketFile, _files.File(".s.PGSQL.5432"))}
            {Entry("redis", redisSocket, _files.File("near.sock"))}

            """
        );

        await using var tunnels = await RunningTunnel.StartAsync(["run", "--config", config]);
        await tunnels.LineAsync(line => line.Contains("[redis] ") && line.Contains(" listening on "));

        await PostgresTests.WorksAsync("-h", _files.Path, "-U", "postgres");
        var value = new string('v', 1_000_000);
        string[] near = ["-s", _files.File("near.sock")];
        await Tool.RunAsync("redis-cli", [.. near, "eval", "redis.call('set','long',string.rep('v',1000000))", "0"]);
        Assert.That(await Tool.RunAsync("redis-cli", [.. near, "get", "long"]), Is.EqualTo(value + "\n"));
        Assert.That(tunnels.Log, Does.Not.Contain(" WARN ").And.Not.Contain(" ERROR "));
    }

    private static string Entry(string name, string target, string near)
    {
        var port = Text(Wire.FreePort());
        return $"""
              - name: {name}-server
                server_listener: {"{"} host: 127.0.0.1, port: {port} {"}"}
                target_service: {"{"} unix: {target} {"}"}
              - name: {name}
                local_listener: {"{"} unix: {near} {"}"}
                remote_server: {"{"} port: {port} {"}"}
            """;
    }

    private static IEnumerable<string> SettingsOf(KeyValuePair<string, (int Server, int Client, int Target)> service)
    {
        var (name, (server, client, target)) = service;
        return new[]
        {
            $"{name}-server.server_listener.host=127.0.0.1",
            $"{name}-server.server_listener.port={Text(server)}",
            $"{name}-server.target_service.port={Text(target)}",
            $"{name}.local_listener.port={Text(client)}",
            $"{name}.remote_server.port={Text(server)}",
        }.SelectMany(setting => new[] { "--set", $"tunnels.{setting}" });
    }

    private Task<IDisposable> RedisAsync(int port, params string[] more) =>
        Tool.ServeAsync(
            port,
            "redis-server",
            ["--port", Text(port), "--bind", "127.0.0.1", "--save", "", "--dir", _files.Path, .. more]
        );

    private Task<IDisposable> NginxAsync(int port)
    {
        var directory = Directory.CreateDirectory(_files.File("web")).FullName;
        var config = _files.Write(
            "nginx.conf",
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
                listen 127.0.0.1:{{port}};
                location / { return 200 "{{Page}}"; }
              }
            }

            """
        );
        return Tool.ServeAsync(port, "nginx", "-p", directory, "-c", config);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
