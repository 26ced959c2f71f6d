namespace Tunnel.Fuzz.Engine;

/// <summary>
/// Changes DER as a tree (X.690 section 8.1): an element is left out, doubled, exchanged, emptied or given another tag,
/// and the lengths of all around it are put right, which chance alone does not achieve.
/// </summary>
internal sealed class DerMutator(Chance chance)
{
    private const int MostDepth = 16;
    private const byte Constructed = 0x20;

    private static readonly byte[] _tags =
    [
        0x01,
        0x02,
        0x03,
        0x04,
        0x05,
        0x06,
        0x0a,
        0x0c,
        0x13,
        0x14,
        0x16,
        0x17,
        0x18,
        0x1e,
        0x30,
        0x31,
        0x80,
        0x81,
        0x82,
        0x84,
        0x86,
        0x87,
        0xa0,
        0xa1,
        0xa3,
        0xa4,
        0x1f,
    ];

    public byte[] Mutate(byte[] input, byte[] other)
    {
        var root = Parse(input, 0);
        var spare = Parse(other, 0);
        for (var changes = 1 + chance.Below(3); changes > 0 && root.Count > 0; changes--)
        {
            Change(root, spare);
        }

        var output = new List<byte>();
        root.ForEach(element => element.WriteTo(output));
        return [.. output];
    }

    private void Change(List<Element> root, List<Element> spare)
    {
        var siblings = Descend(root);
        var at = chance.Below(siblings.Count);
        var element = siblings[at];
        switch (chance.Below(8))
        {
            case 0:
                siblings.RemoveAt(at);
                break;
            case 1:
                siblings.Insert(at, element);
                break;
            case 2:
                var from = spare.Count > 0 ? Descend(spare) : siblings;
                siblings.Insert(chance.Below(siblings.Count + 1), chance.Of(from).Alone());
                break;
            case 3:
                siblings[at] = chance.Of(Descend(root)).Alone();
                break;
            case 4:
                siblings[at] = element with { Tag = chance.Of(_tags) };
                break;
            case 5:
                siblings[at] = new Element(element.Tag, [], null);
                break;
            case 6:
                siblings[at] = new Element(
                    element.Tag,
                    [.. element.Bytes().Select(value => chance.OneIn(8) ? chance.Byte() : value)],
                    null
                );
                break;
            default:
                siblings[at] = new Element(
                    element.Tag,
                    [.. element.Bytes(), .. Enumerable.Range(0, chance.Length(300)).Select(_ => chance.Byte())],
                    null
                );
                break;
        }
    }

    /// <summary>A list of siblings anywhere in the tree, never an empty one.</summary>
    private List<Element> Descend(List<Element> from)
    {
        while (!chance.OneIn(4) && chance.Of(from).Children is { Count: > 0 } children)
        {
            from = children;
        }

        return from;
    }

    /// <summary>Elements one behind the other; none when the bytes are not that.</summary>
    private static List<Element> Parse(ReadOnlySpan<byte> bytes, int depth)
    {
        var elements = new List<Element>();
        while (bytes.Length > 0)
        {
            if (!TryHeader(bytes, out var header, out var length))
            {
                return [];
            }

            byte[] content = [.. bytes.Slice(header, length)];
            var mayNest = (bytes[0] & Constructed) != 0 || bytes[0] is 0x04;
            var children = mayNest && depth < MostDepth ? Parse(content, depth + 1) : [];
            elements.Add(new Element(bytes[0], content, children.Count > 0 ? children : null));
            bytes = bytes[(header + length)..];
        }

        return elements;
    }

    private static bool TryHeader(ReadOnlySpan<byte> bytes, out int header, out int length)
    {
        (header, length) = (2, 0);
        if (bytes.Length < 2 || (bytes[0] & 0x1f) == 0x1f)
        {
            return false;
        }

        length = bytes[1];
        if (length > 0x80)
        {
            header += length & 0x7f;
            if (header > 5 || header > bytes.Length)
            {
                return false;
            }

            length = 0;
            foreach (var digit in bytes[2..header])
            {
                length = (length << 8) | digit;
            }
        }

        return length != 0x80 && length <= bytes.Length - header;
    }

    private sealed record Element(byte Tag, byte[] Content, List<Element>? Children)
    {
        /// <summary>Without its place in the tree, which put into itself would have no end.</summary>
        public Element Alone() => new(Tag, [.. Bytes()], null);

        public List<byte> Bytes()
        {
            var bytes = new List<byte>();
            if (Children is null)
            {
                bytes.AddRange(Content);
            }
            else
            {
                Children.ForEach(child => child.WriteTo(bytes));
            }

            return bytes;
        }

        public void WriteTo(List<byte> output)
        {
            var content = Bytes();
            output.Add(Tag);
            if (content.Count >= 0x80)
            {
                output.Add(
                    content.Count > 0xffff ? (byte)0x83
                    : content.Count > 0xff ? (byte)0x82
                    : (byte)0x81
                );
                if (content.Count > 0xffff)
                {
                    output.Add((byte)(content.Count >> 16));
                }

                if (content.Count > 0xff)
                {
                    output.Add((byte)(content.Count >> 8));
                }
            }

            output.Add((byte)content.Count);
            output.AddRange(content);
        }
    }
}
