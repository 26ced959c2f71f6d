using System.Runtime.CompilerServices;
using Tunnel.Opening;

namespace Tunnel.Simulator;

/// <summary>Ids of sessions are part of what is sent, so they begin anew in each world.</summary>
internal static class SessionNumbers
{
    private const long First = 1_000_000;

    public static void Reset() => Last(null) = First;

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "_lastNumber")]
    private static extern ref long Last(SessionFacts? facts);
}
