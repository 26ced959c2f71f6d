using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Sessions;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Sessions;

/// <summary>Memory is given back after a burst, once, and only after a burst.</summary>
public sealed class MemoryReturnTests
{
    private readonly ManualTime _time = new();
    private DeadlineWheel _wheel = null!;
    private MemoryReturn _memory = null!;
    private int _given;

    [SetUp]
    public void Make()
    {
        _wheel = new DeadlineWheel(_time);
        _given = 0;
        _memory = new MemoryReturn(_wheel, () => Interlocked.Increment(ref _given));
    }

    [TearDown]
    public void Stop() => _wheel.Dispose();

    [Test]
    public async Task After_a_burst_it_is_given_back_once()
    {
        Pass(from: 0, to: 300);
        Pass(from: 300, to: 0);
        _time.Advance(MemoryReturn.Calm / 2);
        Assert.That(_given, Is.Zero, "the burst may go on");

        _time.Advance(MemoryReturn.Calm);
        await Eventually.HoldsAsync(() => _given == 1, () => $"given back {_given} times");
        _time.Advance(MemoryReturn.Calm * 10);
        Assert.That(_given, Is.EqualTo(1));
    }

    [Test]
    public void Connections_that_come_and_go_are_no_burst()
    {
        for (var i = 0; i < 1000; i++)
        {
            Pass(from: 500, to: 560);
            Pass(from: 560, to: 500);
        }

        _time.Advance(MemoryReturn.Calm * 10);
        Assert.That(_given, Is.Zero);
    }

    [Test]
    public void A_crowd_that_comes_back_at_once_keeps_its_memory()
    {
        Pass(from: 0, to: 300);
        Pass(from: 300, to: 0);
        Pass(from: 0, to: 300);

        _time.Advance(MemoryReturn.Calm * 10);
        Assert.That(_given, Is.Zero);
    }

    private void Pass(int from, int to)
    {
        for (var active = from; active != to; )
        {
            active += Math.Sign(to - from);
            _memory.Changed(active);
        }
    }
}
