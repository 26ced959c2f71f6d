using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>Tests with a process that is started before each of them.</summary>
public abstract class ConfiguredTests(BackendPair backends) : BehaviourTests(backends)
{
    private ConfiguredProcess _process = null!;

    private protected ConfiguredProcess Process => _process;

    private protected virtual ConfiguredProcess New() => new();

    [SetUp]
    public async Task StartAsync()
    {
        _process = New();
        await _process.StartAsync();
    }

    [TearDown]
    public async Task StopAsync() => await _process.DisposeAsync();
}
