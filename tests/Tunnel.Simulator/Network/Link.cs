namespace Tunnel.Simulator;

/// <summary>
/// What lies between two machines: takes its time, may hold everything up for a while, or fall silent for good.
/// </summary>
internal sealed class Link(Scheduler scheduler, TimeSpan delay, TimeSpan jitter)
{
    private long _heldUntil;

    /// <summary>When it fell silent.</summary>
    public TimeSpan? DeadSince { get; private set; }

    public TimeSpan Delay => delay;

    public void Die() => DeadSince ??= scheduler.Now;

    public void HoldUp(TimeSpan duration) => _heldUntil = Math.Max(_heldUntil, scheduler.NowTicks + duration.Ticks);

    /// <summary>For one direction of a connection.</summary>
    public Wire NewWire() => new(this);

    /// <summary>The segments of one direction of one connection: what is sent first arrives first.</summary>
    internal sealed class Wire(Link link)
    {
        private long _lastArrival;

        public Link Link => link;

        /// <param name="arrive">Called when the segment is there.</param>
        public void Send(Action arrive)
        {
            if (link.DeadSince is null)
            {
                _lastArrival = link.Send(arrive, after: _lastArrival);
            }
        }
    }

    private long Send(Action arrive, long after)
    {
        var ticks = delay.Ticks + (jitter.Ticks > 0 ? scheduler.Dice.Next((int)jitter.Ticks) : 0);
        var at = Math.Max(Math.Max(scheduler.NowTicks + ticks, _heldUntil), after + 1);
        scheduler.Outside(
            TimeSpan.FromTicks(at - scheduler.NowTicks),
            () =>
            {
                if (DeadSince is null)
                {
                    arrive();
                }
            }
        );
        return at;
    }
}
