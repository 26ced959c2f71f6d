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
    public void One_source_has_no_more_than_its_part_however_much_room_there_is()
    {
        var files = new OpenFiles(1000 * OpenFiles.PerSession);
        using var engine = new Engine(new ManualTime(), files);
        var report = new EvictionReport(engine.Wheel, TunnelLogger.OfProcess);
        using var strangers = new Strangers(files, report, new() { StrangersPerSource = 3 });
        var (one, other) = (At("10.0.0.1", 1), At("10.0.0.2", 1));
        var crowd = Enumerable.Range(0, 5).Select(_ => (Ending: new Ending(), From: one)).ToList();
        var last = crowd.Select(each => strangers.Admit(each.From, each.Ending)).ToList()[^1];
        strangers.Admit(other, new Ending());

        Assert.That(crowd.Select(each => each.Ending.HasCome), Is.EqualTo([true, true, false, false, false]));
        Assert.That(strangers.Count, Is.EqualTo(4));

        // One that a load balancer says is from there counts there, too; the longest stage gives way.
        last.Enter(StrangerStage.Handshaking);
        var moved = strangers.Admit(other, new Ending());
        moved.ComeFrom(one);
        Assert.That(crowd[2].Ending.HasCome, Is.True);

        strangers.Apply(new() { StrangersPerSource = 1 });
        strangers.Admit(other, new Ending());
        Assert.That((crowd[3].Ending.HasCome, strangers.Limits.PerSource), Is.EqualTo((false, 1)));
    }

    [TestCase(1_000, 375, 93, TestName = "Files")]
    [TestCase(100, 37, 64, TestName = "Few files")]
    [TestCase(1_000_000, 8192, 2048, TestName = "Many files")]
    public void What_they_may_have_grows_with_the_open_files(int files, int all, int perSource)
    {
        var limits = StrangerLimits.Of(new(), new OpenFiles(files));
        Assert.That((limits.All, limits.PerSource), Is.EqualTo((all, perSource)));
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
