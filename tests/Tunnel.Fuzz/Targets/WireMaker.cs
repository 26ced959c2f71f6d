using System.Security.Cryptography;
using Tunnel.OpenSsl;

namespace Tunnel.Fuzz.Targets;

/// <summary>Makes what stands on the wire of a list of instructions. Each is a number and its operands.</summary>
internal static class WireMaker
{
    public const byte Raw = 0;
    public const byte Sealed = 1;
    public const byte Long = 2;
    public const byte Damaged = 3;
    public const byte OtherHeader = 4;
    public const byte NextKey = 5;
    public const byte Skipped = 6;
    public const byte Repeated = 7;

    private const int Kinds = 8;

    // Four full records.
    private const int MostWireBytes = 64 * 1024;

    /// <summary>
    /// The same each time, so that an input means the same; of a hash's length (RFC 8446 section 7.1).
    /// </summary>
    public static byte[] Secret(AeadSuite suite, byte whose) =>
        [.. Enumerable.Repeat(whose, suite.Hash == HashAlgorithmName.SHA384 ? 48 : 32)];

    public static byte[] Make(ref Instructions steps, AeadSuite suite)
    {
        var wire = new List<byte>();
        var cipher = new ModelCipher(suite, Secret(suite, 1));
        while (steps.HasMore && wire.Count < MostWireBytes)
        {
            switch (steps.Byte() % Kinds)
            {
                case Raw:
                    wire.AddRange(steps.Bytes());
                    break;
                case Sealed:
                    wire.AddRange(cipher.Seal(steps.Bytes()));
                    break;
                case Long:
                    wire.AddRange(cipher.Seal(LongInner(ref steps)));
                    break;
                case Damaged:
                    var record = cipher.Seal(steps.Bytes());
                    record[steps.UInt16() % record.Length] ^= 1;
                    wire.AddRange(record);
                    break;
                case OtherHeader:
                    wire.AddRange(cipher.Seal(steps.Bytes(), steps.Byte(), steps.UInt16()));
                    break;
                case NextKey:
                    cipher.Advance();
                    break;
                case Skipped:
                    cipher.Seal([0]);
                    break;
                default:
                    var times = steps.Byte();
                    var inner = steps.Bytes();
                    for (var i = 0; i < times; i++)
                    {
                        wire.AddRange(cipher.Seal(inner));
                    }

                    break;
            }
        }

        return [.. wire];
    }

    /// <summary>One byte many times, a type, and padding.</summary>
    private static byte[] LongInner(ref Instructions steps)
    {
        // A little more than may be.
        var content = new byte[steps.UInt16() % 17_000];
        content.AsSpan().Fill(steps.Byte());
        return [.. content, steps.Byte(), .. new byte[steps.Byte()]];
    }
}
