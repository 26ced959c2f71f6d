namespace Tunnel.Simulator;

/// <summary>What in a world may break a session, or hold it up, without anything being wrong with the tunnel.</summary>
internal sealed class Excuses(WorldSpec spec)
{
    // A read takes up to 100 us; so many, a fraction of the shortest timeout.
    private const int ReadsOfAQuickReader = 1000;

    // Several of the chunks that a tunnel has under way.
    private const int MostOfASlowReader = 1024 * 1024;

    /// <summary>Connections may have to wait in a backlog.</summary>
    public bool LacksFiles =>
        spec.ClientFiles + spec.ServerFiles < 2 * WorldSpec.PlentyOfFiles
        || spec.Troubles.Any(trouble =>
            trouble.Kind is TroubleKind.ClientWithoutFiles or TroubleKind.ServerWithoutFiles
        );

    /// <summary>Something went wrong, or was short, that may break a session, or keep it from coming about.</summary>
    public bool HasTroubles =>
        LacksFiles
        || spec.Servers.All.Any(server => server.Kind == MemberKind.Dying)
        || spec.Troubles.Any(trouble => trouble.Kind != TroubleKind.LinkHeldUp || trouble.ForMs > ShortestMs / 4);

    /// <summary>The shortest timeout of a session that relays; null: there is none.</summary>
    private int? RelayTimeoutMs => new[] { spec.Limits.IdleMs, spec.Limits.WriteMs, spec.Limits.HalfCloseMs }.Min();

    private int ShortestMs =>
        Math.Min(RelayTimeoutMs ?? int.MaxValue, Math.Min(spec.Limits.ConnectMs, spec.Limits.HandshakeMs));

    /// <summary>The server turns everybody away.</summary>
    public bool IsRefusing => spec.Tls == TlsKind.SparedRefusing || !AccessSpec.All[spec.Access].LetsIn;

    /// <summary>The server turns away whoever finds no place.</summary>
    public bool MayBeBusy => (spec.MostSessions ?? spec.MostNewSessions) is not null;

    /// <summary>
    /// A session may come to nothing although somebody could serve it: the server's name may take the client longer
    /// than it has, files are short, or the way is barred. Who of servers and targets is there the world itself knows.
    /// </summary>
    public bool CannotReach =>
        spec.Name.IsUsed
        || LacksFiles
        || MayBeBusy
        || spec.Troubles.Any(trouble =>
            trouble.Kind is not (TroubleKind.LinkHeldUp or TroubleKind.TargetDown or TroubleKind.ServerKilled)
            || (trouble.Kind == TroubleKind.LinkHeldUp && trouble.ForMs > ShortestMs / 4)
        );

    public static bool IsSlow(Actor actor) =>
        actor.Reading.PauseMs > 0
        || actor.Reading.StallsAfterBytes is not null
        || actor.BytesRead / actor.Reading.MostBytes > ReadsOfAQuickReader;

    /// <summary>A timeout; or the application had ended while attempts failed, and counted as gone.</summary>
    public static bool EndedByTunnel(SessionRecord? record) =>
        record?.Reason is "idle_timeout" or "write_timeout" or "half_close_timeout" or "application_left";

    /// <summary>Both end in order, both read, nobody waits for longer than a timeout, and nothing goes wrong.</summary>
    public bool IsCalm(Actor application, Actor target) =>
        !HasTroubles && !IsRefusing && IsOrderly(application) && IsOrderly(target) && !MayTimeOut(application, target);

    private static bool IsOrderly(Actor actor) =>
        actor.Saw == StreamEnd.Eof && actor.End.SentFin && !actor.End.SentReset;

    /// <summary>One of the two does nothing for so long that a timeout may be right.</summary>
    public bool MayTimeOut(Actor one, Actor other) =>
        RelayTimeoutMs is { } timeoutMs
        && (
            IsCrawling(timeoutMs)
            || new[] { one, other }.Any(actor => IsSlow(actor) || actor.LongestWaitMs > timeoutMs / 4)
        );

    /// <summary>
    /// A link may be so long, and the buffers at its ends so small, that even who reads at once takes less in a timeout
    /// than a slow reader must take (SendProgress).
    /// </summary>
    public bool IsCrawling(int timeoutMs)
    {
        TcpSizes[] sizes = [spec.Application, spec.Client, spec.Server, spec.Target];
        return spec
            .Links.Index()
            .Any(link =>
            {
                var window = new[] { sizes[link.Index], sizes[link.Index + 1] }.Min(size =>
                    Math.Min(size.SendBuffer, size.ReceiveBuffer)
                );
                var turns = timeoutMs * 1000.0 / (2 * (link.Item.DelayUs + link.Item.JitterUs) + 40_000);
                return window * turns < MostOfASlowReader;
            });
    }
}
