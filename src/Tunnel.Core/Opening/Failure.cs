using System.Net;
using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>A failure as it may be repeated: whose, and why.</summary>
/// <param name="Source">
/// Who counts as one, as <see cref="PeerSource"/> has it, or a server or target that we try to reach.
/// </param>
/// <param name="Detail">For people; null: there is no more to say.</param>
internal readonly record struct Failure(string Source, CloseReason Reason, string? Detail)
{
    /// <summary>One of the peer that connected to us.</summary>
    public static Failure Of(EndPoint peer, SessionEnd end) => new(PeerSource.TextOf(peer), end.Reason, end.Words);
}
