using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>Faults that happen to the program while it carries bytes, on each backend in both roles.</summary>
[TestFixture(TlsBackendSetting.OpenSsl)]
[TestFixture(TlsBackendSetting.SslStream)]
[Category(Rounds.Category)]
public abstract class FaultTests(TlsBackendSetting backend)
{
    protected ProcessPairOptions Options { get; } =
        new()
        {
            Backends = new BackendPair(backend, backend),
            Verbose = false,
            CanBeSeen = true,
        };
}
