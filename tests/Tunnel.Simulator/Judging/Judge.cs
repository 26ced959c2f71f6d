using Tunnel.Net;

namespace Tunnel.Simulator;

/// <summary>
/// Says what was wrong with a world that is over. The measure is what the same application and target would have seen
/// over one TCP connection: every byte in order, an end as an end, a break as a break; and that each session has one
/// true record and nothing is left.
/// </summary>
/// <param name="fault">Takes each fault: a rule, a colon, and what broke it.</param>
internal sealed class Judge(World world, SessionRecords records, Excuses excuses, Action<string> fault)
{
    // Twice the longest timeout there is, for a reader whose window opens in large steps, and as long again.
    private static readonly TimeSpan _longAfter = TimeSpan.FromSeconds(24);

    // Each tunnel looks once a second, and then what was sent before has still to be taken.
    private static readonly TimeSpan _longToHear = TimeSpan.FromSeconds(4);

    private readonly RecordJudge _records = new(world, records, excuses, fault);

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

        if (excuses.IsRefusing && world.Farm.Visits.Any(visit => visit.Targets.Count > 0))
        {
            fault("refused: a client that was turned away reached the target");
        }

        if (
            world.Farm.Strays.Count > 0
            && !excuses.HasTroubles
            && world.Farm.Visits.All(visit => visit.Application is { } one && !one.End.SentReset)
        )
        {
            fault("stray: the target was reached for nobody");
        }

        _records.JudgeProcess(world.Client);
        foreach (var server in world.Servers)
        {
            _records.JudgeProcess(server);
        }

        if (BufferPool.RentedBytes != rentedBefore)
        {
            fault($"left behind: {BufferPool.RentedBytes - rentedBefore} bytes of buffers");
        }
    }

    private void JudgeVisit(VisitState visit, Actor application)
    {
        var client = RecordOf(application.End, world.Client);
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

        if (
            application.WaitedInVain
            && client?.Reason == "application_left"
            && client.At >= application.HasLeftAt
            && application.End.Link.DeadSince is null
            && !excuses.LacksFiles
        )
        {
            fault($"never told: {application.Name} waited for a session that never came about");
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

        var server = world.ServerOf(target.End) is { } process ? RecordOf(target.End, process) : null;
        JudgeDirection(application, target, client, server);
        JudgeDirection(target, application, client, server);
        JudgeReset(application, target, client, server);
        JudgeReset(target, application, client, server);
        if (client is not null)
        {
            _records.JudgeRecord("client", client, application, target, server);
        }

        if (server is not null)
        {
            _records.JudgeRecord("server", server, application, target, client);
        }

        if (excuses.IsCalm(application, target))
        {
            _records.JudgeCalm(client, "client");
            _records.JudgeCalm(server, "server");
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

        JudgePatience(reader, writer);
        JudgeLoss(writer, reader);
        if (
            excuses.HasTroubles
            || excuses.IsRefusing
            || reader.LeftEarly
            || reader.End.SentReset
            || excuses.MayTimeOut(writer, reader)
        )
        {
            return;
        }

        // What had come before an end, or a reset, is delivered first where somebody reads it.
        var ended = Excuses.EndedByTunnel(client) || Excuses.EndedByTunnel(server);
        if (
            !ended
            && client?.Reason is not ("unreachable" or "connect_timeout" or "handshake_timeout")
            && (writer.End.Peer.ReceivedBeforeEnd ?? writer.End.Peer.ReceivedBeforeReset) is { } before
            && reader.BytesRead < before
        )
        {
            fault($"lost bytes: {reader.Name} got {reader.BytesRead} of the {before} bytes that came before the end");
        }
    }

    /// <summary>Where a timeout is set, or the other side has gone, nobody waits for long.</summary>
    private void JudgePatience(Actor actor, Actor other)
    {
        var hasBeenTold = (actor.End.ReceivedBeforeEnd ?? actor.End.ReceivedBeforeReset) is not null;
        if (!actor.WaitedInVain || hasBeenTold || Excuses.IsSlow(actor) || excuses.HasTroubles)
        {
            return;
        }

        var ends = new[] { actor.End, other.End };
        var last = ends.Max(end => end.SentFinAt > end.LastDataAt ? end.SentFinAt.Value : end.LastDataAt);
        var waited = actor.HasLeftAt!.Value - last;
        if (waited <= _longAfter)
        {
            return;
        }

        var limits = world.Spec.Limits;
        if ((limits.IdleMs ?? (ends.Any(end => end.SentFin) ? limits.HalfCloseMs : null)) is not null)
        {
            fault($"a timeout missed: {actor.Name} waited for {waited.TotalSeconds:0} s in which nothing happened");
        }

        if (actor.HasLeftAt - other.HasLeftAt > _longAfter)
        {
            fault($"never told: {actor.Name} heard of no end, and {other.Name} had left");
        }
    }

    /// <summary>Whoever goes on sending to a side that has broken off hears of it.</summary>
    private void JudgeLoss(Actor writer, Actor reader)
    {
        if (
            writer.End.SentFinAt - reader.End.Peer.ResetAt > _longToHear
            && writer.End.BytesTaken > reader.End.BytesReceived
            && writer.End.ReceivedBeforeReset is null
            && !writer.End.SentReset
            && !Excuses.IsSlow(writer)
            && !excuses.IsCrawling((int)_longToHear.TotalMilliseconds)
            && !excuses.HasTroubles
        )
        {
            fault($"never told: {writer.Name} sent on after {reader.Name} had broken off, and ended in order");
        }
    }

    /// <summary>Whoever sees a reset sees it for a reason.</summary>
    private void JudgeReset(Actor reader, Actor? other, SessionRecord? client, SessionRecord? server)
    {
        var hasReason =
            excuses.HasTroubles
            || excuses.IsRefusing
            || reader.End.SentReset
            || other is null
            || other.End.SentReset
            || excuses.MayTimeOut(reader, other)
            || Excuses.EndedByTunnel(client)
            || Excuses.EndedByTunnel(server);
        if (reader.Saw == StreamEnd.Error && !hasReason)
        {
            fault($"end read as a break: {reader.Name} saw a reset, and nothing broke");
        }

        if (
            other is null
            && reader.Saw == StreamEnd.Error
            && !excuses.IsRefusing
            && !reader.End.SentReset
            && !excuses.CannotReach
            && world.CouldServe(reader.CameAt, reader.HasLeftAt!.Value, wasReset: client?.Reason == "reset")
        )
        {
            fault(
                $"end read as a break: {reader.Name} was turned away, and nothing stood in the way "
                    + $"({client?.Reason}: {client?.Detail})"
            );
        }
    }

    /// <summary>The record of the session that the tunnel had for this end's connection.</summary>
    private SessionRecord? RecordOf(TcpEnd end, TunnelProcess process)
    {
        var peer = (process.Process.FrontOf(end.Peer) ?? end.Peer).Remote.ToString();
        // Of a process that was killed nobody reads the log.
        return process.Process.IsDead
            ? null
            : records.Records.FirstOrDefault(record => record.Peer == peer && record.IsOf(process));
    }
}
