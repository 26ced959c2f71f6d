using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tunnel.Tls;

/// <summary>
/// Finds the blocks of a PEM file (RFC 7468) as people have them: with text, byte order marks or spaces around them, an
/// END and a BEGIN on one line, any line ends, base64 in lines of any length. Works on bytes, so that keys never become
/// strings.
/// </summary>
internal static class PemScanner
{
    private const byte Space = (byte)' ';
    private const int MostLabelBytes = 64;

    private static readonly SearchValues<byte> _base64 = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8
    );

    private static ReadOnlySpan<byte> Hyphens => "-----"u8;

    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    private static ReadOnlySpan<byte> End => "-----END "u8;

    /// <summary>Every block in the order of the file, those that cannot be read included.</summary>
    public static List<PemBlock> Scan(ReadOnlySpan<byte> text)
    {
        var blocks = new List<PemBlock>();
        var at = 0;
        while (text[at..].IndexOf(Begin) is var offset and >= 0)
        {
            var begin = at + offset;
            at = begin + Begin.Length;
            if (!IsCommentedOut(text, begin))
            {
                blocks.Add(Read(text, begin, ref at));
            }
        }

        return blocks;
    }

    /// <param name="at">After "BEGIN"; on return, where the search for the next block continues.</param>
    private static PemBlock Read(ReadOnlySpan<byte> text, int begin, ref int at)
    {
        var line = LineOf(text, begin);
        var label = ReadLabel(text[at..]);
        if (!text[(at + label.Length)..].StartsWith(Hyphens))
        {
            return new PemBlock(
                Text(label.Trim(" -"u8)),
                line,
                [],
                "has a BEGIN line that does not end in five hyphens"
            );
        }

        at += label.Length + Hyphens.Length;
        var body = at;
        var rest = text[body..];
        var length = rest.IndexOf(End);
        var next = rest.IndexOf(Begin);
        if (length < 0 || (next >= 0 && next < length))
        {
            return new PemBlock(Text(label), line, [], "has no END line: the file is cut off, or that line is damaged");
        }

        at = body + length + End.Length;
        var endLabel = ReadLabel(text[at..]);
        return endLabel.SequenceEqual(label)
            ? Decode(Text(label), line, text, body, length)
            : new PemBlock(Text(label), line, [], $"ends as {PemBlock.Shown(Text(endLabel))}");
    }

    private static PemBlock Decode(string label, int line, ReadOnlySpan<byte> text, int body, int length)
    {
        var headers = HeaderLength(text.Slice(body, length), out var isEncrypted);
        if (isEncrypted)
        {
            return new PemBlock(label, line, [], "is encrypted by headers of its own") { HasLegacyEncryption = true };
        }

        var compact = new byte[length];
        var count = 0;
        try
        {
            for (var i = body + headers; i < body + length; i++)
            {
                if (_base64.Contains(text[i]))
                {
                    compact[count++] = text[i];
                }
                else if (text[i] > Space)
                {
                    return new PemBlock(label, line, [], Foreign(text, i));
                }
            }

            return Decode(label, line, compact.AsSpan(0, count));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(compact);
        }
    }

    private static PemBlock Decode(string label, int line, ReadOnlySpan<byte> base64)
    {
        var room = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        try
        {
            return Base64.DecodeFromUtf8(base64, room, out _, out var length) == OperationStatus.Done && length > 0
                ? new PemBlock(label, line, room[..length])
                : new PemBlock(label, line, [], Undecodable(base64.Length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(room);
        }
    }

    private static string Undecodable(int characters) =>
        characters switch
        {
            0 => "is empty",
            _ when characters % 4 != 0 =>
                $"has {characters} characters of base64, which is not a multiple of 4: some are missing",
            _ => "is not valid base64",
        };

    private static string Foreign(ReadOnlySpan<byte> text, int at)
    {
        _ = Rune.DecodeFromUtf8(text[at..], out var rune, out _);
        var remedy = text[at] == (byte)'\\' ? " (line breaks must be real ones, not \\n)" : "";
        return $"has a character at line {LineOf(text, at)} that is not base64: "
            + $"{SafeText.Escape(rune.ToString())}{remedy}";
    }

    /// <summary>The header lines (RFC 1421 section 4.4) before the base64: base64 has no colons.</summary>
    private static int HeaderLength(ReadOnlySpan<byte> body, out bool isEncrypted)
    {
        var headers = 0;
        for (var at = 0; at < body.Length; )
        {
            var line = body[at..];
            var end = line.IndexOfAny((byte)'\n', (byte)'\r');
            line = end < 0 ? line : line[..end];
            at += line.Length + 1;
            if (line.Contains((byte)':'))
            {
                headers = Math.Min(at, body.Length);
            }
        }

        isEncrypted = body[..headers].IndexOf("ENCRYPTED"u8) >= 0;
        return headers;
    }

    private static ReadOnlySpan<byte> ReadLabel(ReadOnlySpan<byte> text)
    {
        var most = text[..Math.Min(text.Length, MostLabelBytes)];
        var line = most.IndexOfAny((byte)'\n', (byte)'\r');
        most = line < 0 ? most : most[..line];
        var end = most.IndexOf(Hyphens);
        return end < 0 ? most : most[..end];
    }

    /// <summary>Somebody has put a '#' before the block to disable it.</summary>
    private static bool IsCommentedOut(ReadOnlySpan<byte> text, int at)
    {
        var start = text[..at].LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
        return text[start..at].TrimStart(" \t"u8).StartsWith("#"u8);
    }

    /// <summary>Lines end in LF, CR LF or CR alone.</summary>
    private static int LineOf(ReadOnlySpan<byte> text, int at)
    {
        var before = text[..at];
        var line = 1 + before.Count((byte)'\n') + before.Count((byte)'\r') - before.Count("\r\n"u8);
        return line;
    }

    private static string Text(ReadOnlySpan<byte> label) => Encoding.UTF8.GetString(label);
}
