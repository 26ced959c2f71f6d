using System.Globalization;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>A PostgreSQL server with an empty database and the user <c>postgres</c>, who needs no password.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();

    private PostgresServer() { }

    /// <summary>Where its programs are: Debian keeps them off the PATH, in a folder for each version.</summary>
    public static string Programs
    {
        get
        {
            const string versions = "/usr/lib/postgresql";
            var newest = Directory.Exists(versions) ? Directory.GetDirectories(versions).Order().LastOrDefault() : null;
            var bin = $"{newest ?? versions}/bin/";
            Needed.Program(bin + "pgbench");
            return bin;
        }
    }

    public int Port { get; } = Wire.FreePort();

    /// <summary>Its Unix socket.</summary>
    public string SocketFile => _directory.File(string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{Port}"));

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        var data = server._directory.File("data");
        await server.AsOrdinaryUserAsync("initdb", "-D", data, "-U", "postgres", "-A", "trust");
        var options = string.Create(
            CultureInfo.InvariantCulture,
            $"-p {server.Port} -k {server._directory.Path} -c listen_addresses=127.0.0.1 -c fsync=off"
        );
        await server.AsOrdinaryUserAsync(
            "pg_ctl",
            "-D",
            data,
            "-o",
            options,
            "-l",
            server._directory.File("log"),
            "-w",
            "start"
        );
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await AsOrdinaryUserAsync("pg_ctl", "-D", _directory.File("data"), "-m", "immediate", "stop");
        _directory.Dispose();
    }

    /// <summary>PostgreSQL refuses to run as root; its package brings a user of its own.</summary>
    private async Task AsOrdinaryUserAsync(string program, params string[] arguments)
    {
        if (Environment.UserName != "root")
        {
            await Tool.RunAsync(Programs + program, arguments);
            return;
        }

        await Tool.RunAsync("chown", "postgres", _directory.Path);
        await Tool.RunAsync(
            "setpriv",
            ["--reuid=postgres", "--regid=postgres", "--clear-groups", Programs + program, .. arguments]
        );
    }
}
