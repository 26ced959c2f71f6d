using System.Text;

namespace Tunnel.OpenSsl;

/// <summary>
/// Names of application protocols as in a handshake (RFC 7301 section 3.1): ASCII, each after its length.
/// </summary>
internal static class ProtocolNames
{
    public static byte[] ToWire(IEnumerable<string> names) =>
        [.. names.Select(Encoding.ASCII.GetBytes).SelectMany(name => (byte[])[(byte)name.Length, .. name])];

    /// <summary>Finds the first of our names that is offered.</summary>
    /// <param name="offer">A peer's list.</param>
    /// <returns>Where the name is in the offer; 0 bytes if it is not there.</returns>
    public static (int Start, int Length) Select(IReadOnlyList<string> ours, ReadOnlySpan<byte> offer)
    {
        foreach (var name in ours)
        {
            for (var at = 0; at < offer.Length; at += 1 + offer[at])
            {
                var (start, length) = (at + 1, offer[at]);
                if (start + length <= offer.Length && Ascii.Equals(offer.Slice(start, length), name))
                {
                    return (start, length);
                }
            }
        }

        return default;
    }

    /// <returns>Null if it is not one of our names.</returns>
    public static string? Find(IReadOnlyList<string> ours, ReadOnlySpan<byte> name)
    {
        foreach (var own in ours)
        {
            if (Ascii.Equals(name, own))
            {
                return own;
            }
        }

        return null;
    }
}
