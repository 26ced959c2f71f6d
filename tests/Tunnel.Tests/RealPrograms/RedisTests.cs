using System.Globalization;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>Redis with its own tools through the pair, as the README tells.</summary>
public sealed class RedisTests
{
    [Test]
    public async Task Redis_works_through_the_pair()
    {
        var redisPort = Wire.FreePort();
        using var redis = await Tool.ServeAsync(
            redisPort,
            "redis-server",
            "--port",
            Text(redisPort),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            Path.GetTempPath()
        );
        await using var pair = await ProcessPair.StartAsync(redisPort);
        var value = new string('v', 1_000_000);

        await Tool.RunAsync("redis-cli", "-p", Text(pair.Port), "set", "short", "42");
        await Tool.RunAsync(
            "redis-cli",
            "-p",
            Text(pair.Port),
            "eval",
            $"redis.call('set','long',string.rep('v',{value.Length}))",
            "0"
        );
        Assert.That(await Tool.RunAsync("redis-cli", "-p", Text(pair.Port), "get", "short"), Is.EqualTo("42\n"));
        Assert.That(await Tool.RunAsync("redis-cli", "-p", Text(pair.Port), "get", "long"), Is.EqualTo(value + "\n"));
        await Tool.RunAsync(
            "redis-benchmark",
            "-p",
            Text(pair.Port),
            "-c",
            "16",
            "-n",
            "2000",
            "-P",
            "8",
            "-t",
            "set,get",
            "-q"
        );

        // Fetched past the tunnel: what went through it is what is there.
        Assert.That(await Tool.RunAsync("redis-cli", "-p", Text(redisPort), "strlen", "long"), Is.EqualTo("1000000\n"));
        Assert.That(pair.Server.Log + pair.Client.Log, Does.Not.Contain(" WARN ").And.Not.Contain(" ERROR "));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
