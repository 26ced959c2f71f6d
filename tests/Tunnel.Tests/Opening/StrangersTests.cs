using System.Net;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Relay;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Opening;

/// <summary>Whose strangers count as those of one.</summary>
public sealed class StrangersTests
{
    private const int Crowd = 50;

    // Six strangers.
    private readonly OpenFiles _files = new(8 * OpenFiles.PerSession);

    [TestCaseSource(nameof(Pairs))]
    public void A_crowd_of_one_drives_out_its_own_and_not_those_of_another(EndPoint[] crowd, EndPoint other)
    {
        using var engine = new Engine(new ManualTime(), _files);
        using var strangers = new Strangers(_files, new EvictionReport(engine.Wheel, TunnelLogger.OfProcess), new());
        var first = new Ending();
        strangers.Admit(other, first);

        var many = Enumerable.Range(0, Crowd).Select(_ => new Ending()).ToList();
        foreach (var (index, one) in many.Index())
        {
            strangers.Admit(crowd[index % crowd.Length], one);
        }

        Assert.That(first.HasCome, Is.False);
        Assert.That(many.Count(one => one.Cause?.Reason == CloseReason.Evicted), Is.EqualTo(Crowd - 5));
    }

    [Test]
    public void A_user_is_named_by_its_number()
    {
        using var engine = new Engine(new ManualTime(), _files);
        using var strangers = new Strangers(_files, new EvictionReport(engine.Wheel, TunnelLogger.OfProcess), new());
        Assert.That(strangers.Admit(User(1000, 7), new Ending()).Sender, Is.EqualTo("user 1000"));
    }

    /// <summary>Who counts as one, and somebody else who is close to it.</summary>
    private static IEnumerable<TestCaseData> Pairs()
    {
        yield return new TestCaseData((EndPoint[])[User(1000, 1), User(1000, 2)], User(1001, 1)).SetArgDisplayNames(
            "user"
        );
        yield return new TestCaseData(
            (EndPoint[])[At("10.0.0.1", 1), At("::ffff:10.0.0.1", 2)],
            At("10.0.0.2", 1)
        ).SetArgDisplayNames("IPv4");
        yield return new TestCaseData(
            (EndPoint[])[At("fd00::1", 1), At("fd00::ffff", 2)],
            At("fd00:0:0:1::1", 1)
        ).SetArgDisplayNames("IPv6");
        yield return new TestCaseData((EndPoint[])[User(0, 1)], At("0.0.0.0", 1)).SetArgDisplayNames("root");
    }

    private static UnixEndPoint User(uint id, int process) => new(name: null, new UnixProcess(process, id));

    private static IPEndPoint At(string address, int port) => new(IPAddress.Parse(address), port);
}
