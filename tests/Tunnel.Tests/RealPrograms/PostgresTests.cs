using System.Globalization;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>PostgreSQL with psql and pgbench through the pair, as the README tells.</summary>
public sealed class PostgresTests
{
    [Test]
    public async Task PostgreSQL_works_through_the_pair()
    {
        var bin = Programs();
        using var directory = new TempDirectory();
        var port = Wire.FreePort();
        await AsOrdinaryUserAsync(
            directory,
            bin + "initdb",
            "-D",
            directory.File("data"),
            "-U",
            "postgres",
            "-A",
            "trust"
        );
        await AsOrdinaryUserAsync(
            directory,
            bin + "pg_ctl",
            "-D",
            directory.File("data"),
            "-o",
            $"-p {Text(port)} -k {directory.Path} -c listen_addresses=127.0.0.1 -c fsync=off",
            "-l",
            directory.File("log"),
            "-w",
            "start"
        );
        try
        {
            await using var pair = await ProcessPair.StartAsync(port);
            string[] through = ["-h", "127.0.0.1", "-p", Text(pair.Port), "-U", "postgres"];

            await Tool.RunAsync(bin + "pgbench", [.. through, "-i", "-q", "postgres"]);
            var benchmark = await Tool.RunAsync(bin + "pgbench", [.. through, "-c", "8", "-t", "50", "-N", "postgres"]);
            Assert.That(benchmark, Does.Contain("number of transactions actually processed: 400/400"));
            var rows = await Tool.RunAsync(
                "psql",
                [.. through, "-At", "-c", "select count(*) from pgbench_history", "postgres"]
            );
            Assert.That(rows, Is.EqualTo("400\n"));
            Assert.That(pair.Server.Log + pair.Client.Log, Does.Not.Contain(" WARN ").And.Not.Contain(" ERROR "));
        }
        finally
        {
            await AsOrdinaryUserAsync(
                directory,
                bin + "pg_ctl",
                "-D",
                directory.File("data"),
                "-m",
                "immediate",
                "stop"
            );
        }
    }

    /// <summary>Debian keeps the server's programs off the PATH, in a folder for each version.</summary>
    private static string Programs()
    {
        const string versions = "/usr/lib/postgresql";
        var newest = Directory.Exists(versions) ? Directory.GetDirectories(versions).Order().LastOrDefault() : null;
        var bin = $"{newest ?? versions}/bin/";
        Needed.Program(bin + "pgbench");
        return bin;
    }

    /// <summary>PostgreSQL refuses to run as root; its package brings a user of its own.</summary>
    private static async Task AsOrdinaryUserAsync(TempDirectory directory, string program, params string[] arguments)
    {
        if (Environment.UserName != "root")
        {
            await Tool.RunAsync(program, arguments);
            return;
        }

        await Tool.RunAsync("chown", "postgres", directory.Path);
        await Tool.RunAsync(
            "setpriv",
            ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments]
        );
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
