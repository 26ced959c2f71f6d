using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>
/// The result of an opening: legs, or why there are none, or neither when somebody else has ended the session.
/// </summary>
internal readonly record struct Opened(Legs? Legs, SessionEnd? End)
{
    public static Opened With(Legs? legs) => new(legs, null);
}
