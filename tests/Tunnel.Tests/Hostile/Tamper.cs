using System.Globalization;

namespace Tunnel.Tests.Hostile;

/// <summary>What a man in the middle does at one place of a connection.</summary>
internal enum TamperKind
{
    None,

    /// <summary>The byte there is another one.</summary>
    Flip,

    /// <summary>The byte there is missing.</summary>
    Lose,

    /// <summary>FIN towards the receiver, in front of that byte.</summary>
    CutFin,

    /// <summary>RST towards both.</summary>
    CutRst,

    /// <summary>Nothing comes any more in either direction, and nobody leaves.</summary>
    Freeze,

    /// <summary>The record is missing.</summary>
    Drop,

    /// <summary>The record comes twice.</summary>
    Repeat,

    /// <summary>The record comes behind the next one, or at the end.</summary>
    Swap,

    /// <summary>Bytes of somebody else in front of the record.</summary>
    Insert,

    /// <summary>The record comes in two segments.</summary>
    Split,

    /// <summary>The record comes in segments of one byte.</summary>
    Crumbs,

    /// <summary>From there on a byte at each tick of the clock.</summary>
    Drip,
}

/// <param name="ToServer">The direction; else to the client.</param>
/// <param name="Record">Number of the TLS record in this direction, from 0.</param>
/// <param name="Offset">Of the byte in the record, header included; the last one if the record is shorter.</param>
/// <param name="Foreign">What is inserted; or, of one byte, what a byte is changed by.</param>
internal sealed record Tamper(TamperKind Kind, bool ToServer, int Record, int Offset, byte[] Foreign)
{
    public static readonly Tamper None = new(TamperKind.None, true, 0, 0, []);

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Kind} {(ToServer ? "to server" : "to client")}, record {Record}, byte {Offset}, "
                + $"{Convert.ToHexString(Foreign.AsSpan(0, Math.Min(16, Foreign.Length)))} ({Foreign.Length} bytes)"
        );
}
