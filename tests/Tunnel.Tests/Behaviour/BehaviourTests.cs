using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// A behaviour exists when it is tested on both backends, in both roles: every test below runs over all four pairs.
/// </summary>
[LeavesNothing]
[TestFixtureSource(typeof(TestBackends), nameof(TestBackends.Pairs))]
public abstract class BehaviourTests(BackendPair backends)
{
    [SetUp]
    public void UseBackends() => TestBackends.Current = backends;

    [TearDown]
    public void UseTheUsualBackends() => TestBackends.Current = TestBackends.Pairs[0];
}
