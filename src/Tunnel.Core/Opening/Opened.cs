using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>What an opening came to: legs, or why there are none, or neither where somebody else has ended the session.</summary>
internal readonly record struct Opened(Legs? Legs, SessionEnd? End)
{
    public static Opened With(Legs? legs) => new(legs, null);
}
