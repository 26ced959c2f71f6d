using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>
/// Between an honest client and an honest server: cut, changed, lost, repeated, exchanged, foreign, in pieces, at every
/// byte of a connection.
/// </summary>
public sealed class TamperTests(BackendPair backends) : HostileTests(backends)
{
    // Every connection shakes hands in full, so that places are the same ones each time.
    private static readonly LaneOptions _options = new() { Of = tls => tls with { SessionResumption = false } };

    [Test]
    public async Task Whoever_is_in_the_middle_gets_nobody_in_and_changes_no_byte()
    {
        var tampering = new Tampering(await WireLayout.OfAsync(_options));
        await Campaign.RunAsync(_options, tampering.All);
    }
}
