using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Simulator;

/// <summary>
/// Says what was wrong with a world that is over. The measure is what the same application and target would have seen
/// over one TCP connection: every byte in order, an end as an end, a break as a break; beside it, that each session has
/// one true record and that nothing is left.
/// </summary>
/// <param name="fault">Takes each fault: a rule, a colon, and what broke it.</param>
internal sealed class Judge(World world, SessionRecords records, Action<string> fault)
{
    // Several of the chunks that a tunnel has under way.
    private const int MostOfASlowReader = 1024 * 1024;

    /// <summary>Something went wrong, or was short, that may break a session, or keep it from coming about.</summary>
    private bool HasTroubles =>
        world.Spec.ClientFiles + world.Spec.ServerFiles < 2 * WorldSpec.PlentyOfFiles
        || world.Spec.Troubles.Any(trouble => trouble.Kind != TroubleKind.LinkHeldUp || trouble.ForMs > ShortestMs / 4);

    private int ShortestMs
    {
        get
        {
            var limits = world.Spec.Limits;
            int?[] all = [limits.IdleMs, limits.WriteMs, limits.HalfCloseMs, limits.ConnectMs, limits.HandshakeMs];
            return all.Min() ?? int.MaxValue;
        }
    }

    private bool IsRefusing => world.Spec.Tls == TlsKind.SparedRefusing;

    /// <param name="rentedBefore">Bytes of buffers that were out before the world began.</param>
    public void Pronounce(long rentedBefore)
    {
        foreach (var error in records.Errors)
        {
            fault($"a fault of the tunnel itself: {error}");
        }

        foreach (var visit in world.Farm.Visits)
        {
            if (visit.Application is { } application)
            {
                JudgeVisit(visit, application);
            }
        }

        if (IsRefusing && world.Farm.Visits.Any(visit => visit.Targets.Count > 0))
        {
            fault("refused: a client that was turned away reached the target");
        }

        if (
            world.Farm.Strays.Count > 0
            && !HasTroubles
            && world.Farm.Visits.All(visit => visit.Application is { } one && !one.End.SentReset)
        )
        {
            fault("stray: the target was reached for nobody");
        }

        JudgeProcess("client", world.Client);
        JudgeProcess("server", world.Server);
        if (BufferPool.RentedBytes != rentedBefore)
        {
            fault($"left behind: {BufferPool.RentedBytes - rentedBefore} bytes of buffers");
        }
    }

    private void JudgeVisit(VisitState visit, Actor application)
    {
        var client = RecordOf(application.End, world.Client, TunnelRole.Client);
        foreach (var lost in visit.Targets.SkipLast(1))
        {
            if (lost.BytesRead > 0 || lost.Saw == StreamEnd.Eof)
            {
                fault(
                    $"repeated: {lost.Name} belongs to an attempt that failed, and got {lost.BytesRead} bytes, "
                        + $"{lost.Saw}"
                );
            }
        }

        if (visit.Target is not { } target)
        {
            JudgeBytes(application, null);
            if (application.Saw == StreamEnd.Eof)
            {
                fault($"abort read as an end: {application.Name} saw the end of a stream that nobody sent");
            }

            JudgeReset(application, null, client, null);
            return;
        }

        var server = RecordOf(target.End, world.Server, TunnelRole.Server);
        JudgeDirection(application, target, client, server);
        JudgeDirection(target, application, client, server);
        JudgeReset(application, target, client, server);
        JudgeReset(target, application, client, server);
        if (client is not null)
        {
            JudgeRecord("client", client, application, target, server);
        }

        if (server is not null)
        {
            JudgeRecord("server", server, application, target, client);
        }

        if (IsCalm(application, target))
        {
            JudgeCalm(client, "client");
            JudgeCalm(server, "server");
        }
    }

    /// <summary>Both end in order, both read, nobody waits for longer than a timeout, and nothing goes wrong.</summary>
    private bool IsCalm(Actor application, Actor target) =>
        !HasTroubles && !IsRefusing && IsOrderly(application) && IsOrderly(target) && !MayTimeOut(application, target);

    private static bool IsOrderly(Actor actor) =>
        actor.Saw == StreamEnd.Eof && actor.End.SentFin && !actor.End.SentReset;

    private bool MayTimeOut(Actor one, Actor other)
    {
        return IsCrawling(ShortestMs)
            || new[] { one, other }.Any(actor => IsSlow(actor) || actor.LongestWaitMs > ShortestMs / 4);
    }

    /// <summary>
    /// A link may be so long, and the buffers at its ends so small, that even who reads at once takes less in a timeout
    /// than a slow reader must take (SendProgress).
    /// </summary>
    private bool IsCrawling(int timeoutMs)
    {
        var spec = world.Spec;
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

    private void JudgeCalm(SessionRecord? record, string of)
    {
        if (record is not null && record.Reason != "eof")
        {
            fault(
                $"end read as a break: both sides ended in order, and the {of} says {record.Reason}, closed by "
                    + $"{record.ClosedBy}"
            );
        }
    }

    private void JudgeBytes(Actor reader, Actor? writer)
    {
        if (reader.Fault is { } wrong)
        {
            fault($"wrong bytes: {reader.Name}: {wrong}");
        }

        if (reader.BytesRead > (writer?.End.BytesTaken ?? 0))
        {
            fault($"too many bytes: {reader.Name} got {reader.BytesRead} of {writer?.End.BytesTaken ?? 0}");
        }
    }

    private void JudgeDirection(Actor writer, Actor reader, SessionRecord? client, SessionRecord? server)
    {
        JudgeBytes(reader, writer);
        if (reader.Saw == StreamEnd.Eof)
        {
            if (!writer.End.SentFin)
            {
                fault($"abort read as an end: {reader.Name} saw an end, and {writer.Name} had not ended");
            }
            else if (reader.BytesRead < writer.End.BytesTaken)
            {
                fault(
                    $"lost bytes: {reader.Name} saw the end after {reader.BytesRead} of the {writer.End.BytesTaken} "
                        + $"bytes of {writer.Name}"
                );
            }
        }

        if (HasTroubles || IsRefusing || reader.LeftEarly || reader.End.SentReset || MayTimeOut(writer, reader))
        {
            return;
        }

        // What had come before an end, or a reset, is delivered first where somebody reads it.
        var ended = IsTimeout(client) || IsTimeout(server);
        if (
            !ended
            && client?.Reason is not ("application_left" or "unreachable" or "connect_timeout" or "handshake_timeout")
            && (writer.End.Peer.ReceivedBeforeEnd ?? writer.End.Peer.ReceivedBeforeReset) is { } before
            && reader.BytesRead < before
        )
        {
            fault($"lost bytes: {reader.Name} got {reader.BytesRead} of the {before} bytes that came before the end");
        }

        if (reader.WaitedInVain && (writer.HasLeftAt is { } left && world.Scheduler.Now > left))
        {
            fault($"never told: {reader.Name} heard of no end, and {writer.Name} had left");
        }
    }

    /// <summary>Whoever sees a reset sees it for a reason.</summary>
    private void JudgeReset(Actor reader, Actor? other, SessionRecord? client, SessionRecord? server)
    {
        var hasReason =
            HasTroubles
            || IsRefusing
            || reader.End.SentReset
            || other is null
            || other.End.SentReset
            || MayTimeOut(reader, other)
            || IsTimeout(client)
            || IsTimeout(server);
        if (reader.Saw == StreamEnd.Error && !hasReason)
        {
            fault($"end read as a break: {reader.Name} saw a reset, and nothing broke");
        }

        if (
            other is null
            && reader.Saw == StreamEnd.Error
            && !HasTroubles
            && !IsRefusing
            && !reader.End.SentReset
            && !CannotReach
        )
        {
            fault(
                $"end read as a break: {reader.Name} was turned away, and nothing stood in the way "
                    + $"({client?.Reason}: {client?.Detail})"
            );
        }
    }

    // Names and slow links can keep a client from its server in time.
    private bool CannotReach => world.Spec.Name.IsUsed || world.Spec.Limits.ConnectMs < 1000;

    private static bool IsSlow(Actor actor) => actor.Reading.PauseMs > 0 || actor.Reading.StallsAfterBytes is not null;

    private static bool IsTimeout(SessionRecord? record) =>
        record?.Reason is "idle_timeout" or "write_timeout" or "half_close_timeout";

    private void JudgeRecord(string of, SessionRecord record, Actor application, Actor target, SessionRecord? other)
    {
        if (record.Sent > application.End.BytesTaken || record.Received > target.End.BytesTaken)
        {
            fault(
                $"untrue record: the {of} counts {record.Sent} sent and {record.Received} received, more than there was"
            );
        }

        switch (record.Reason)
        {
            case "eof":
                if (!application.End.SentFin || !target.End.SentFin)
                {
                    fault($"untrue record: the {of} says eof, and not both sides have ended in order");
                }

                if (record.Sent != application.End.BytesTaken || record.Received != target.End.BytesTaken)
                {
                    fault(
                        $"untrue record: the {of} says eof with {record.Sent} and {record.Received} bytes of "
                            + $"{application.End.BytesTaken} and {target.End.BytesTaken}"
                    );
                }

                break;
            case "reset" when !HasTroubles:
                var (near, far) = (of, record.ClosedBy) switch
                {
                    ("client", "application") => (application, (Actor?)null),
                    ("server", "target") => (target, null),
                    _ => (application, target),
                };
                if (!near.End.SentReset && far?.End.SentReset != true && !IsTimeout(other))
                {
                    fault($"untrue record: the {of} says reset by {record.ClosedBy}, and nobody has reset anything");
                }

                break;
            case "idle_timeout":
                JudgeTimeout(of, record, world.Spec.Limits.IdleMs, application, target);
                break;
            case "half_close_timeout":
                JudgeTimeout(of, record, world.Spec.Limits.HalfCloseMs, application, target);
                break;
            case "write_timeout" when !HasTroubles && !MayTimeOut(application, target):
                fault($"untrue record: the {of} says write_timeout, and everybody reads");
                break;
            case "shutdown" when !world.Client.WasDrained && !world.Server.WasDrained:
                fault($"untrue record: the {of} says shutdown, and nobody stopped it");
                break;
            case "internal_error":
                fault($"a fault of the tunnel itself: the {of} says internal_error: {record.Detail}");
                break;
            case "truncated" or "network_error" when !HasTroubles && world.Spec.Tls < TlsKind.OpenSsl:
                fault($"untrue record: the {of} says {record.Reason} by {record.ClosedBy}: {record.Detail}");
                break;
        }
    }

    /// <summary>
    /// While bytes arrive at one of the sides no silence ends a session; half of the time is left for queues on the
    /// way, and where a side reads slowly they may stand still for longer.
    /// </summary>
    private void JudgeTimeout(string of, SessionRecord record, int? limitMs, Actor application, Actor target)
    {
        var last =
            application.End.LastDataAt > target.End.LastDataAt ? application.End.LastDataAt : target.End.LastDataAt;
        var quiet = record.At - last;
        var mayWait = HasTroubles || IsSlow(application) || IsSlow(target) || IsCrawling(limitMs ?? 0);
        if (!mayWait && (limitMs is not { } ms || quiet < TimeSpan.FromMilliseconds(ms) / 2))
        {
            fault($"untrue record: the {of} says {record.Reason} after {quiet.TotalMilliseconds:0} ms of silence");
        }
    }

    /// <summary>The record of the session that the tunnel had for this end's connection.</summary>
    private SessionRecord? RecordOf(TcpEnd end, TunnelProcess process, TunnelRole role)
    {
        var front = role == TunnelRole.Client ? end.Peer : process.Process.FrontOf(end.Peer);
        var peer = front?.Remote.ToString();
        var forward = world.ForwardOf(role).ToString();
        // Of a process that was killed nobody reads the log.
        return process.Process.IsDead
            ? null
            : records.Records.FirstOrDefault(record => record.Peer == peer && record.Target == forward);
    }

    private void JudgeProcess(string name, TunnelProcess process)
    {
        var forward = world.ForwardOf(name == "client" ? TunnelRole.Client : TunnelRole.Server).ToString();
        var mine = records.Records.Where(record => record.Target == forward).ToArray();
        if (mine.Length != process.Accepted || mine.DistinctBy(record => record.Peer).Count() != mine.Length)
        {
            fault($"records: the {name} accepted {process.Accepted} connections and wrote {mine.Length} records");
        }

        if (process.OutlivedCut)
        {
            fault($"cut in vain: sessions of the {name} went on after it had cut them");
        }

        if (process.OpenFiles.Taken != 0)
        {
            fault($"left behind: {process.OpenFiles.Taken} files of the {name}'s budget");
        }

        if (process.Process.Unreleased != 0)
        {
            fault($"left behind: {process.Process.Unreleased} sockets of the {name}");
        }

        if (process.Engine.Wheel.Scheduled > 0)
        {
            fault($"left behind: {process.Engine.Wheel.Scheduled} deadlines of the {name}");
        }
    }
}
