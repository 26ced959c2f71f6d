using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>
/// Probes against a whole tunnel on real sockets, over both backends, each of which is attacked as a client and as a
/// server.
/// </summary>
[LeavesNothing]
[Category(HostileSeed.Category)]
[TestFixtureSource(typeof(HostileTests), nameof(Pairs))]
public abstract class HostileTests(BackendPair backends)
{
    /// <summary>Each backend with itself: mixed pairs have no code of their own.</summary>
    public static readonly BackendPair[] Pairs = TestBackends.Pairs[..2];

    protected BackendPair Backends => backends;

    [SetUp]
    public void UseBackends() => TestBackends.Current = backends;

    [TearDown]
    public void UseTheUsualBackends() => TestBackends.Current = TestBackends.Pairs[0];
}
