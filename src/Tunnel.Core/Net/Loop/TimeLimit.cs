namespace Tunnel.Net;

/// <summary>
/// Cuts something off unless disposed of in time; one for each phase of a connection, never for each operation.
/// </summary>
public sealed class TimeLimit : Deadline, IDisposable
{
    private readonly DeadlineWheel _wheel;
    private readonly Action _cut;

    private TimeLimit(DeadlineWheel wheel, Action cut)
    {
        _wheel = wheel;
        _cut = cut;
    }

    /// <summary>True once the time was up.</summary>
    public bool Expired { get; private set; }

    /// <param name="cut">Must be quick, and harmless when what it cuts has just ended.</param>
    public static TimeLimit Start(DeadlineWheel wheel, TimeSpan after, Action cut)
    {
        var limit = new TimeLimit(wheel, cut);
        wheel.Schedule(limit, after);
        return limit;
    }

    public void Dispose() => _wheel.Cancel(this);

    protected internal override void OnDue()
    {
        Expired = true;
        _cut();
    }
}
