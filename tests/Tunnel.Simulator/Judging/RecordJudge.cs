using Tunnel.Net;

namespace Tunnel.Simulator;

/// <summary>Whether the records of sessions are true, and what the processes have left behind.</summary>
/// <param name="fault">As in <see cref="Judge"/>.</param>
internal sealed class RecordJudge(World world, SessionRecords records, Excuses excuses, Action<string> fault)
{
    public void JudgeRecord(string of, SessionRecord record, Actor application, Actor target, SessionRecord? other)
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
            case "reset" when !excuses.HasTroubles:
                var (near, far) = (of, record.ClosedBy) switch
                {
                    ("client", "application") => (application, (Actor?)null),
                    ("server", "target") => (target, null),
                    _ => (application, target),
                };
                if (!near.End.SentReset && far?.End.SentReset != true && !Excuses.EndedByTunnel(other))
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
            case "write_timeout" when !excuses.HasTroubles && !excuses.MayTimeOut(application, target):
                fault($"untrue record: the {of} says write_timeout, and everybody reads");
                break;
            case "shutdown"
                when !world.Client.WasDrained && !world.Servers.Any(one => one.WasDrained) && record.At < world.StopsAt:
                fault($"untrue record: the {of} says shutdown, and nobody stopped it");
                break;
            case "internal_error":
                fault($"a fault of the tunnel itself: the {of} says internal_error: {record.Detail}");
                break;
            case "truncated" or "network_error" when !excuses.HasTroubles && world.Spec.Tls < TlsKind.OpenSsl:
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
        var mayWait =
            excuses.HasTroubles
            || Excuses.IsSlow(application)
            || Excuses.IsSlow(target)
            || excuses.IsCrawling(limitMs ?? 0)
            // What was sent waits while the server looks for a target that is there.
            || (world.Spec.Tls == TlsKind.SparedWithoutGreeting && world.Spec.Targets.All.Count > 1);
        if (!mayWait && (limitMs is not { } ms || quiet < TimeSpan.FromMilliseconds(ms) / 2))
        {
            fault($"untrue record: the {of} says {record.Reason} after {quiet.TotalMilliseconds:0} ms of silence");
        }
    }

    /// <summary>Of a session in which nothing could go wrong.</summary>
    public void JudgeCalm(SessionRecord? record, string of)
    {
        if (record is not null && record.Reason != "eof")
        {
            fault(
                $"end read as a break: both sides ended in order, and the {of} says {record.Reason}, closed by "
                    + $"{record.ClosedBy}"
            );
        }
    }

    public void JudgeProcess(TunnelProcess process)
    {
        var name = process.Name;
        var mine = records.Records.Where(record => record.IsOf(process)).ToArray();
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

        if (process.PlacesTaken != 0)
        {
            fault($"left behind: {process.PlacesTaken} places for handshakes of the {name}");
        }

        if (process.SessionsAtTargets != 0)
        {
            fault($"left behind: {process.SessionsAtTargets} sessions that the {name} counts at its targets");
        }

        if (process.PlacesWithinLimits != 0)
        {
            fault($"left behind: {process.PlacesWithinLimits} places within the limits of the {name}");
        }

        if (process != world.Client && process.MostAtOnce > world.Spec.MostSessions)
        {
            fault($"limit: the {name} had {process.MostAtOnce} sessions with targets, of {world.Spec.MostSessions}");
        }

        if (!excuses.MayBeBusy && mine.Any(record => record.Reason == "busy"))
        {
            fault($"untrue record: the {name} says busy, and there are no limits");
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
