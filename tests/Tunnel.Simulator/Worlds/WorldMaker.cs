using Tunnel.Config;

namespace Tunnel.Simulator;

/// <summary>Makes a world of a number: the same of the same one.</summary>
internal static class WorldMaker
{
    public static WorldSpec Make(long seed)
    {
        var dice = new Dice(seed);
        // Where no timeout can be to blame, every byte is asked for, however slow the world is.
        var isPatient = dice.Percent(15);
        var limits = new Limits
        {
            IdleMs = !isPatient && dice.Percent(25) ? dice.Next(1500, 6000) : null,
            WriteMs = !isPatient && dice.Percent(90) ? dice.Next(1500, 6000) : null,
            HalfCloseMs = !isPatient && dice.Percent(90) ? dice.Next(1500, 6000) : null,
            RetryMs = dice.Percent(50) ? dice.Next(100, 8000) : 0,
        };
        // Of their own, so that worlds without lists are what they were before there were any.
        var lists = new Dice(~seed);
        var visits = Many(dice.Percent(70) ? 1 : dice.Next(2, 4), () => Visit(dice));
        // Likewise. A limit means something where there are several sessions.
        var bounds = new Dice(seed ^ long.MinValue);
        var isBounded = bounds.Percent(10);
        if (isBounded)
        {
            visits = [.. visits, .. Many(bounds.Next(1, 5), () => Visit(bounds))];
        }

        var kind = Kind(dice);
        return new WorldSpec
        {
            Tls = kind,
            Access = kind >= TlsKind.OpenSsl ? bounds.Next(AccessSpec.All.Count) : 0,
            Application = Sizes(dice),
            Client = Sizes(dice),
            Server = Sizes(dice),
            Target = Sizes(dice),
            Links = [Link(dice), Link(dice), Link(dice)],
            Limits = limits,
            Name = dice.Percent(15)
                ? new NameSpec(
                    dice.Percent(50) ? dice.Next(1, 4000) : 1,
                    dice.Next(3),
                    dice.Next(3),
                    dice.Percent(20) ? dice.Next(1, 3000) : 0
                )
                : NameSpec.None,
            Targets = lists.Percent(15) ? List(lists) : ListSpec.One,
            Servers = lists.Percent(15) ? List(lists) : ListSpec.One,
            Visits = visits,
            Troubles = dice.Percent(40) ? Many(dice.Next(1, 3), () => Trouble(dice)) : [],
            BufferBudget = dice.Percent(10) ? dice.Size(256 * 1024) : null,
            Places = dice.Percent(10) ? 1 : 16,
            ClientFiles = dice.Percent(3) ? dice.Next(2, 6) : WorldSpec.PlentyOfFiles,
            ServerFiles = dice.Percent(3) ? dice.Next(2, 6) : WorldSpec.PlentyOfFiles,
            MostSessions = isBounded && bounds.Percent(80) ? bounds.Next(1, 3) : null,
            MostNewSessions = isBounded && bounds.Percent(40) ? bounds.Next(1, 4) : null,
            InterruptPercent = dice.Of(0, 10, 40, 80),
            LatePercent = dice.Of(0, 5, 30),
        };
    }

    private static ListSpec List(Dice dice)
    {
        var members = Many(dice.Next(2, 4), () => Member(dice));
        // Each that is silent takes half of the time for connecting.
        var isSilent = false;
        for (var index = 0; index < members.Length; index++)
        {
            members[index] =
                isSilent && members[index].Kind == MemberKind.Silent ? ListSpec.One.All[0] : members[index];
            isSilent |= members[index].Kind == MemberKind.Silent;
        }

        return new ListSpec(
            dice.Of(TargetPolicy.Failover, TargetPolicy.RoundRobin, TargetPolicy.LeastConnections),
            members
        );
    }

    private static MemberSpec Member(Dice dice) =>
        new(
            dice.Of(MemberKind.Good, MemberKind.Good, MemberKind.Refusing, MemberKind.Silent, MemberKind.Dying),
            dice.Percent(50) ? dice.Next(0, 60) : dice.Next(60, 3000),
            dice.Percent(50) ? dice.Next(1, 100) : dice.Next(100, 5000)
        );

    private static TlsKind Kind(Dice dice)
    {
        var roll = dice.Next(1000);
        return roll < 6
                ? dice.Of(TlsKind.OpenSsl, TlsKind.SslStream, TlsKind.OpenSslToSslStream, TlsKind.SslStreamToOpenSsl)
            : roll < 30 ? TlsKind.SparedRefusing
            : roll < 130 ? TlsKind.SparedWithoutGreeting
            : TlsKind.Spared;
    }

    private static TcpSizes Sizes(Dice dice) =>
        dice.Percent(50)
            ? new TcpSizes(64 * 1024, 64 * 1024, 8 * 1024)
            : new TcpSizes(256 + dice.Size(128 * 1024), 256 + dice.Size(128 * 1024), 64 + dice.Size(16 * 1024));

    private static LinkSpec Link(Dice dice) =>
        new(dice.Percent(60) ? dice.Next(5, 100) : dice.Next(100, 40_000), dice.Percent(50) ? 0 : dice.Next(1, 500));

    private static Visit Visit(Dice dice) => new(dice.Next(0, 30), Script(dice), Script(dice));

    private static Script Script(Dice dice)
    {
        var deeds = Many(dice.Next(0, 4), () => Middle(dice)).ToList();
        deeds.AddRange(
            dice.Next(12) switch
            {
                < 5 => [new Deed(DeedKind.HalfClose, 0), new Deed(DeedKind.WaitForEnd, 0)],
                < 7 => [new Deed(DeedKind.WaitForEnd, 0)],
                7 => [new Deed(DeedKind.Close, 0)],
                8 => [new Deed(DeedKind.Reset, 0)],
                9 => [new Deed(DeedKind.WaitForEnd, 0), new Deed(DeedKind.Send, Bytes(dice))],
                10 =>
                [
                    new Deed(DeedKind.HalfClose, 0),
                    new Deed(DeedKind.Wait, dice.Next(1, 300)),
                    new Deed(DeedKind.Reset, 0),
                ],
                _ => [new Deed(DeedKind.Wait, dice.Next(1, 8000))],
            }
        );
        return new Script(Reading(dice), deeds);
    }

    private static Deed Middle(Dice dice) =>
        dice.Next(10) switch
        {
            < 6 => new Deed(DeedKind.Send, Bytes(dice)),
            < 8 => new Deed(DeedKind.Wait, dice.Percent(90) ? dice.Next(1, 60) : dice.Next(60, 6000)),
            _ => new Deed(DeedKind.WaitForBytes, Bytes(dice)),
        };

    private static int Bytes(Dice dice) => dice.Size(dice.Percent(95) ? 8 * 1024 : 200 * 1024);

    private static Reading Reading(Dice dice) =>
        dice.Percent(70)
            ? new Reading(dice.Percent(50) ? 64 * 1024 : 1 + dice.Size(16 * 1024), 0, null, null)
            : new Reading(
                1 + dice.Size(16 * 1024),
                dice.Percent(50) ? 0 : dice.Next(1, 50),
                dice.Percent(60) ? dice.Size(16 * 1024) - 1 : null,
                dice.Percent(50) ? dice.Next(1, 3000) : null
            );

    private static Trouble Trouble(Dice dice)
    {
        var kind = (TroubleKind)dice.Next(Enum.GetValues<TroubleKind>().Length);
        var at = dice.Percent(60) ? dice.Next(0, 60) : dice.Next(60, 4000);
        return new Trouble(kind, at, dice.Percent(50) ? dice.Next(1, 200) : dice.Next(200, 5000), dice.Next(3));
    }

    private static T[] Many<T>(int count, Func<T> make)
    {
        var many = new T[count];
        for (var one = 0; one < count; one++)
        {
            many[one] = make();
        }

        return many;
    }
}
