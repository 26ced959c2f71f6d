using NUnit.Framework;
using Tunnel.Reports;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Reports;

/// <summary>A process whose target does not listen, by what it says of itself.</summary>
public sealed class TargetFindingTests
{
    [Test]
    public async Task What_to_do_is_said_once()
    {
        await using var process = new ConfiguredProcess();
        await process.StartAsync();
        process.Target.Dispose();
        using var application = await process.DialAsync();
        await Eventually.HoldsAsync(() => Of("s") is not null, () => "nothing is found");

        var found = Of("s")!;
        Assert.That(found.Words, Does.EndWith("connection refused (nothing listens there)"));
        Assert.That(found.Remedy, Is.EqualTo(Findings.RemedyOf(FindingCode.TargetUnhealthy)));

        Finding? Of(string tunnel) => process.Set.Report().Findings.FirstOrDefault(finding => finding.Tunnel == tunnel);
    }
}
