using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Tunnel.Reports;
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
            "{\"version\":\"0.1.0\",\"state\":\"accepting\",\"generation\":1,",
            "\"started_at\":\"2026-01-01T00:00:00+00:00\",\"uptime_seconds\":1,",
            "\"findings\":[{\"level\":\"problem\",\"code\":\"not_ready\",",
            "\"words\":\"\",\"remedy\":\"\"}],\"more_findings\":1,",
            "\"reloads\":{\"accepted\":0,\"refused\":0,\"last\":null},",
            "\"resources\":{\"open_files\":0,\"open_files_most\":1,\"memory_bytes\":1,\"buffer_bytes\":1},",
            "\"tunnels\":[{\"role\":\"client\",\"state\":\"draining\",\"backend\":\"b\"}]}",
            "\u001b",
        }.Select(Encoding.UTF8.GetBytes),
        [0x1b, .. "[2J"u8],
        [.. "\u202e"u8],
    ];

    public void Run(byte[] input)
    {
        var text = TextOf(Encoding.UTF8.GetString(input));
        foreach (var line in text?.Split('\n') ?? [])
        {
            Hold.IsLine(line, "a line of a report", 64 * 1024);
        }

        foreach (var pieces in Splits.Of(input).Where(pieces => pieces.Length <= 64))
        {
            var answer = Answered(pieces, path => StatusQuery.AskAsync(path, StatusQuery.StatusRequest, _patience));
            // It is written to the terminal of whoever asked.
            foreach (var line in answer.Split('\n'))
            {
                Hold.IsLine(line, "a line of an answer", 64 * 1024);
            }

            Hold.That(answer.Length <= 6 * input.Length + 1, "an answer is longer than what came");
            Hold.Same(TextOf(answer), text, "what an answer says, as it is shown");
        }

        foreach (var line in ReadAsItComes(input)?.Split('\n') ?? [])
        {
            Hold.IsLine(line, "a line of a report that was read as it came", 64 * 1024);
        }
    }

    /// <returns>What a person would read; null: it is not an answer of a tunnel.</returns>
    private static string? TextOf(string answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, ReportJson.Default.ProcessReport) is { } report
                ? StatusText.Of(report)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="TextOf"/>
    private static string? ReadAsItComes(byte[] input)
    {
        try
        {
            var json = ReportJson.Default.ProcessReport;
            return
                Answered([input], path => StatusQuery.AskAsync(path, StatusQuery.StatusRequest, json, _patience))
                    is { } report
                ? StatusText.Of(report)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static T Answered<T>(byte[][] pieces, Func<string, Task<T>> ask)
    {
        var path = Scratch.Socket();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var asking = ask(path);
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
