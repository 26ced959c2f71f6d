using System.Diagnostics.Metrics;
using System.Net;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Monitoring;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Monitoring;

/// <summary>However many watch a process, there is one of each of its instruments.</summary>
public sealed class WatchersTests
{
    private static readonly HttpSettings _http = new(IPAddress.Loopback, 0, null);

    private static IEnumerable<MonitorSettings> Wanted()
    {
        // Nobody listens there.
        var otlp = new OtlpSettings(new Uri($"http://127.0.0.1:{Wire.FreePort()}/"), TimeSpan.FromHours(1));
        yield return new MonitorSettings { Http = _http };
        yield return new MonitorSettings { Otlp = otlp };
        yield return new MonitorSettings { Http = _http, Otlp = otlp };
    }

    [TestCaseSource(nameof(Wanted))]
    public async Task They_share_one_meter(MonitorSettings settings)
    {
        var before = Meters().Count;
        await using (await Watchers.StartAsync(settings, token: null, new FakeProcess()))
        {
            Assert.That(Meters().Count - before, Is.EqualTo(1));
        }

        Assert.That(Meters(), Has.Count.EqualTo(before));
    }

    [Test]
    public async Task A_process_that_nobody_watches_has_none()
    {
        var before = Meters().Count;
        Assert.That(await Watchers.StartAsync(new MonitorSettings(), token: null, new FakeProcess()), Is.Null);
        Assert.That(Meters(), Has.Count.EqualTo(before));
    }

    /// <summary>Those of processes: what sessions take is in another.</summary>
    private static List<Meter> Meters()
    {
        var found = new List<Meter>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == MeterName.Text && instrument.Name == "tunnel.accepting")
                {
                    found.Add(instrument.Meter);
                }
            },
        };
        listener.Start();
        return found;
    }
}
