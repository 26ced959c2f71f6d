using System.Globalization;
using NUnit.Framework;

namespace Tunnel.Tests.RealPrograms;

/// <summary>PostgreSQL with psql and pgbench through the pair, as the README tells.</summary>
public sealed class PostgresTests
{
    [Test]
    public async Task PostgreSQL_works_through_the_pair()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var pair = await ProcessPair.StartAsync(postgres.Port);
        var port = pair.Port.ToString(CultureInfo.InvariantCulture);

        await WorksAsync("-h", "127.0.0.1", "-p", port, "-U", "postgres");

        Assert.That(pair.Server.Log + pair.Client.Log, Does.Not.Contain(" WARN ").And.Not.Contain(" ERROR "));
    }

    /// <summary>Writes with several connections, and finds all of it.</summary>
    /// <param name="through">Where psql finds the database.</param>
    internal static async Task WorksAsync(params string[] through)
    {
        var pgbench = PostgresServer.Programs + "pgbench";
        await Tool.RunAsync(pgbench, [.. through, "-i", "-q", "postgres"]);
        var benchmark = await Tool.RunAsync(pgbench, [.. through, "-c", "8", "-t", "50", "-N", "postgres"]);
        Assert.That(benchmark, Does.Contain("number of transactions actually processed: 400/400"));
        var rows = await Tool.RunAsync(
            "psql",
            [.. through, "-At", "-c", "select count(*) from pgbench_history", "postgres"]
        );
        Assert.That(rows, Is.EqualTo("400\n"));
    }
}
