namespace Tunnel.Net;

/// <summary>
/// Something that happens at a certain time; a node of <see cref="DeadlineWheel"/>, which owns all its fields.
/// </summary>
public abstract class Deadline
{
    internal Deadline? Previous;
    internal Deadline? Next;
    internal long DueTick;
    internal bool Linked;

    /// <summary>Must be quick and must not throw: all deadlines of a tick run one after another.</summary>
    protected internal abstract void OnDue();
}
