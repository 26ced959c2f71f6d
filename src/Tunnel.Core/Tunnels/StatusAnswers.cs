using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tunnel.Reports;

namespace Tunnel.Tunnels;

/// <summary>
/// The protocol of the status socket: one line is asked, the answer is a text up to the end of the stream. What changes
/// something is answered by <c>accepted</c> or <c>refused</c> on a line, and the words on the next. <c>docs/</c> has it
/// for those who want to speak it.
/// </summary>
internal sealed class StatusAnswers(IWatchedProcess process)
{
    public async Task<string> AnswerAsync(string request)
    {
        var (verb, rest) = request.Split(' ', 2) is [var first, var second] ? (first, second) : (request, "");
        return (verb, rest) switch
        {
            (StatusQuery.ReloadRequest, "") => await ReloadAsync().ConfigureAwait(false),
            ("" or StatusQuery.StatusRequest, "") => StatusText.Of(process.Report()),
            (StatusQuery.StatusRequest, StatusQuery.Json) => Line(process.Report(), ReportJson.Default.ProcessReport),
            (StatusQuery.SessionsRequest, "") => Line(process.Sessions(), ReportJson.Default.SessionList),
            (StatusQuery.KillRequest, not "") => Killed(process.EndSession(rest), $"session {rest}"),
            (StatusQuery.KillPeerRequest, not "") => Killed(process.EndSessionsOf(rest), $"sessions of {rest}"),
            (StatusQuery.DrainRequest, "") => Drain(),
            _ => Refusal(
                Trouble.Of(
                    "unknown request",
                    "write one of: status, status json, sessions, kill ID, kill-peer NAME, reload, drain"
                )
            ),
        };
    }

    private static string Line<T>(T report, JsonTypeInfo<T> type) => JsonSerializer.Serialize(report, type) + "\n";

    private async Task<string> ReloadAsync()
    {
        var result = await process.ReloadAsync("tunnel reload").ConfigureAwait(false);
        return Answer(result.IsAccepted, result.Words);
    }

    private static string Killed(int ended, string what) =>
        ended > 0
            ? Answer(true, ended == 1 ? "1 session ended" : $"{ended} sessions ended")
            : Refusal(Trouble.Of($"there is no live {what}", "'tunnel sessions' shows those that there are"));

    private string Drain() =>
        process.AskToStop()
            ? Answer(true, $"the process is stopping; {process.Sessions(0).Total} live sessions may finish")
            : Refusal(Trouble.Of("the process is stopping already", "it ends when the live sessions have"));

    private static string Refusal(Trouble why) => Answer(false, $"{why}");

    private static string Answer(bool isAccepted, string words) =>
        $"{(isAccepted ? StatusQuery.Accepted : StatusQuery.Refused)}\n{words}\n";
}
