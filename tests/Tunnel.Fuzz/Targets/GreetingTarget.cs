using System.Text;
using System.Text.Unicode;
using Tunnel.Net;
using Tunnel.Opening;

namespace Tunnel.Fuzz.Targets;

/// <summary>The first words of a server, as the client reads them from a decrypted stream.</summary>
internal sealed class GreetingTarget : ITarget
{
    private const int HeaderBytes = 2;

    public string Name => "greeting";

    public int MostBytes => 1024;

    public IReadOnlyList<byte[]> Words =>
        [
            [1, 8],
            [2, 255],
            [5, 0],
            [.. "\u202e\u200b\ud7ff"u8],
            [0x1b, (byte)'['],
        ];

    public void Run(byte[] input)
    {
        var expected = Expected(input);
        foreach (var pieces in Splits.Of(input))
        {
            Read(pieces, input, expected);
        }

        GoAndComeBack(input);
    }

    private static void Read(byte[][] pieces, byte[] input, Greeting? expected)
    {
        var rented = BufferPool.RentedBytes;
        var transport = new PiecesTransport(pieces);
        var reading = Greeting.ReadAsync(transport);
        Hold.That(reading.IsCompleted, "a read waits although everything is there");
        var (greeting, behind) = reading.GetAwaiter().GetResult();
        byte[] rest = [.. behind.Bytes.Span, .. transport.Rest()];
        behind.Return();

        Hold.Same(greeting, expected, "the greeting");
        Hold.Same(BufferPool.RentedBytes, rented, "bytes of buffers that are out");
        if (greeting is not null)
        {
            Hold.IsLine(greeting.Text, "the text of a greeting", SafeText.MostBytes);
            var (retryAfter, limit) = greeting.ReadBusy();
            Hold.That(retryAfter >= TimeSpan.Zero && retryAfter <= TimeSpan.FromMinutes(1), "an absurd time to wait");
            Hold.That(greeting.Text.EndsWith(limit, StringComparison.Ordinal), "words that nobody said");
            Hold.SameBytes(rest, input.AsSpan(HeaderBytes + input[1]), "what came behind the greeting");
        }
        else
        {
            Hold.That(behind.Status is IoStatus.Eof or IoStatus.Failed, "no greeting, and no reason why");
        }
    }

    private static Greeting? Expected(byte[] input) =>
        input.Length >= HeaderBytes && input.Length >= HeaderBytes + input[1] && Enum.IsDefined((GreetingCode)input[0])
            ? new((GreetingCode)input[0], SafeText.Escape(Encoding.UTF8.GetString(input, HeaderBytes, input[1])))
            : null;

    /// <summary>Any text of ours, also one that is no UTF-16, becomes a frame that is read again.</summary>
    private static void GoAndComeBack(byte[] input)
    {
        var text = Encoding.Unicode.GetString(input);
        var unpaired = string.Concat(input.Chunk(2).Select(pair => (char)((pair[0] << 8) | pair[^1])));
        foreach (var said in (string[])[text, unpaired, Encoding.UTF8.GetString(input)])
        {
            var frame = new Greeting(GreetingCode.Denied, said).ToFrame();
            Hold.Same(frame.Length, HeaderBytes + frame[1], "the length of a frame");
            Hold.That(Utf8.IsValid(frame.AsSpan(HeaderBytes)), "a frame is not UTF-8");
            Read([frame], frame, Expected(frame));
            Hold.That(
                said.Length > 80 || Expected(frame)!.Text == SafeText.Escape(said),
                "a text that fits a frame changed on its way"
            );
        }
    }
}
