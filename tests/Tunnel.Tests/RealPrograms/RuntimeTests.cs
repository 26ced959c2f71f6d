using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>The runtime's settings are in force in the program itself, whichever way it was built.</summary>
public sealed class RuntimeTests
{
    [Test]
    public async Task Collector_loops_and_workers_are_set_as_the_project_says()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port);

        var line = await pair.Server.LineAsync(line => line.Contains(" runtime: "));

        Assert.That(line, Does.Contain("workstation collector, not concurrent, "));
        Assert.That(line, Does.Contain($"; {Environment.ProcessorCount} event loops; idle threads spin 0"));
        var threads = Directory
            .GetDirectories($"/proc/{pair.Server.ProcessId}/task")
            .Select(task => File.ReadAllText(Path.Combine(task, "comm")).Trim())
            .ToArray();
        Assert.That(threads.Count(name => name.StartsWith(".NET Sockets")), Is.EqualTo(Environment.ProcessorCount));
        Assert.That(threads, Has.None.Contains("BGC"), "a thread for concurrent collections");
    }

    [Test]
    public async Task The_heap_of_a_container_is_three_quarters_of_its_memory()
    {
        using var group = MemoryGroup.Create(128 * 1024 * 1024);
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            new ProcessPairOptions { Under = role => role == "client" ? group.Enter : [] }
        );

        await pair.Client.LineAsync(line => line.Contains(", at most 96 MiB for its heap; "));
    }
}
