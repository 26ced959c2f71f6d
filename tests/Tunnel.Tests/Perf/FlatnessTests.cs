using NUnit.Framework;
using Tunnel.Load.Endurance;

namespace Tunnel.Tests.Perf;

/// <summary>What the endurance run takes for growth.</summary>
public sealed class FlatnessTests
{
    private const int Samples = 90;
    private const int MemoryKiB = 30_000;

    [Test]
    public void What_warms_up_jumps_and_comes_back_is_flat() =>
        Assert.That(
            Flatness.Faults(
                "client",
                [
                    .. Enumerable
                        .Range(0, Samples)
                        .Select(i => new Footprint(
                            i < 30 ? 100 * i : MemoryKiB + (i % 5 * 8192 / 4),
                            40 + (i % 9),
                            14
                        )),
                ]
            ),
            Is.Empty
        );

    [TestCase(400, 0, 0, "memory")]
    [TestCase(0, 1, 0, "open files")]
    [TestCase(0, 0, 1, "threads")]
    public void What_grows_with_the_time_is_named(int memory, int files, int threads, string what)
    {
        var samples = Enumerable
            .Range(0, Samples)
            .Select(i => new Footprint(MemoryKiB + (memory * i), 40 + (files * i), 14 + (threads * i)))
            .ToList();

        Assert.That(Flatness.Faults("client", samples).Single(), Does.StartWith($"client: {what}"));
    }

    [Test]
    public void Few_samples_say_nothing() =>
        Assert.That(
            () => Flatness.Faults("client", [new Footprint(1, 1, 1)]).ToList(),
            Throws.InstanceOf<InvalidDataException>()
        );

    [Test]
    public void A_process_is_looked_at() =>
        Assert.That(
            Footprint.Of(Environment.ProcessId),
            Has.Property(nameof(Footprint.MemoryKiB))
                .Positive.And.Property(nameof(Footprint.Files))
                .Positive.And.Property(nameof(Footprint.Threads))
                .Positive
        );
}
