using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>
/// What <c>Behaviour/</c> shows of the parts, shown of the program: over both backends in both roles.
/// </summary>
[TestFixtureSource(typeof(TestBackends), nameof(TestBackends.Pairs))]
public abstract class ProcessTests(BackendPair backends)
{
    protected ProcessPairOptions Options { get; } = new() { Backends = backends };

    /// <summary>Whatever it was about: nothing that a peer or the network does is a fault of the program.</summary>
    protected static void AssertNoFault(ProcessPair pair) =>
        Assert.That(
            (pair.Server.Log + pair.Client.Log).Replace("alert internal_error", ""),
            Does.Not.Contain(" ERROR ").And.Not.Contain(" FATAL ").And.Not.Contain("internal_error")
        );
}
