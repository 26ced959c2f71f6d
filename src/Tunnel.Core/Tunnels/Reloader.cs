using Tunnel.Reports;

namespace Tunnel.Tunnels;

/// <summary>
/// Reads the configuration again, whoever asks for it, and puts it in the place of the one that runs if all of it is
/// right. One reload at a time.
/// </summary>
/// <param name="judge">Reads and judges everything; an <see cref="ExplainedException"/> says what is wrong.</param>
/// <param name="replace">Puts a good configuration in place; says what became of the tunnels.</param>
/// <param name="generation">Of the configuration that runs.</param>
internal sealed class Reloader(
    Func<ProcessCandidate> judge,
    Func<ProcessCandidate, Task<string>> replace,
    Func<int> generation,
    TimeProvider time
)
{
    private readonly Lock _lock = new();
    private Task<ReloadResult>? _last;
    private ReloadsReport _report = new(0, 0, null);

    /// <summary>What became of them so far.</summary>
    public ReloadsReport Report => Volatile.Read(ref _report);

    /// <param name="by">Who asks, such as SIGHUP.</param>
    /// <param name="isQuiet">A refusal, or a configuration in which nothing has changed, is not worth a line.</param>
    public Task<ReloadResult> ReloadAsync(string by, bool isQuiet = false)
    {
        lock (_lock)
        {
            return _last = RunAsync(by, isQuiet, _last);
        }
    }

    private async Task<ReloadResult> RunAsync(string by, bool isQuiet, Task? last)
    {
        if (last is not null)
        {
            await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            // Away from the loops: it reads files, and checks keys and chains.
            var next = await Task.Run(judge).ConfigureAwait(false);
            var before = generation();
            var words = await replace(next).ConfigureAwait(false);
            var done = new ReloadResult(true, $"generation {generation()}: {words}");
            // A refusal that was told of is not left as the last word.
            if (!isQuiet || generation() != before || _report.Last is { Accepted: false })
            {
                Note(by, done);
                TunnelLog.Reloaded(by, done.Words);
            }

            return done;
        }
        catch (Exception e) when (e is ExplainedException or IOException or UnauthorizedAccessException)
        {
            var why = ExplainedException.TextOf(e);
            var refused = new ReloadResult(false, why);
            if (!isQuiet)
            {
                Note(by, refused);
                TunnelLog.NotReloaded(by, generation(), why);
            }

            return refused;
        }
    }

    // One reload at a time.
    private void Note(string by, ReloadResult result) =>
        Volatile.Write(
            ref _report,
            new ReloadsReport(
                _report.Accepted + (result.IsAccepted ? 1 : 0),
                _report.Refused + (result.IsAccepted ? 0 : 1),
                new ReloadReport(time.GetUtcNow(), by, result.IsAccepted, result.Words)
            )
        );
}
