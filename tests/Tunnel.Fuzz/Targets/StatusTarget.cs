using System.Net.Sockets;
using System.Text;
using Tunnel.Tunnels;

namespace Tunnel.Fuzz.Targets;

/// <summary>What somebody answers on the status socket, over a real one.</summary>
internal sealed class StatusTarget : ITarget
{
    // Far more than one takes; a machine may be busy.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    public string Name => "status";

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "role: client\n",
            "role: server\n",
            "state: accepting\n",
            "state: draining\n",
            "version: 0.1.0\n",
        }.Select(Encoding.UTF8.GetBytes),
        [0x1b, .. "[2J"u8],
        [.. "\u202e"u8],
    ];

    public void Run(byte[] input)
    {
        var isAccepting = Judge(Encoding.UTF8.GetString(input));
        foreach (var pieces in Splits.Of(input).Where(pieces => pieces.Length <= 64))
        {
            var answer = Ask(pieces);
            // It is written to the terminal of whoever asked.
            foreach (var line in answer.Split('\n'))
            {
                Hold.IsLine(line, "a line of an answer", 64 * 1024);
            }

            Hold.That(answer.Length <= 6 * input.Length + 1, "an answer is longer than what came");
            Hold.Same(StatusText.IsAccepting(answer), isAccepting, "what an answer says, as it is shown");
        }
    }

    private static bool? Judge(string text)
    {
        var isAccepting = StatusText.IsAccepting(text);
        var lines = text.Split('\n');
        Hold.Same(
            isAccepting,
            lines.Length < 3 || lines[^1] != "" || !lines[0].StartsWith("role: ", StringComparison.Ordinal) ? null
                : lines[1] == "state: accepting" ? true
                : lines[1] == "state: draining" ? false
                : null,
            "what an answer says"
        );
        return isAccepting;
    }

    private static string Ask(byte[][] pieces)
    {
        var path = Scratch.Socket();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var asking = StatusQuery.AskAsync(path, StatusQuery.StatusRequest, _patience);
        using (var asker = listener.Accept())
        {
            // Closing with something unread would be a reset.
            asker.Receive(new byte[64]);
            foreach (var piece in pieces)
            {
                asker.Send(piece);
            }
        }

        return asking.GetAwaiter().GetResult();
    }
}
