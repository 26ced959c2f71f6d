using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tunnel.Config;
using Tunnel.Reports;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>
/// The work of <c>tunnel status</c>, <c>sessions</c> and <c>wait</c>: asks the process that runs with a configuration
/// file. It reads no other file.
/// </summary>
internal static class Status
{
    /// <summary>
    /// How long an answer may take: a healthy tunnel needs milliseconds, on a machine under load a little longer.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // A start takes tens of milliseconds.
    private static readonly TimeSpan _betweenTries = TimeSpan.FromMilliseconds(50);

    /// <param name="json">The answer is printed as JSON.</param>
    /// <exception cref="ConfigException">The file is faulty or names no status socket.</exception>
    /// <exception cref="StatusException">
    /// There is no answer, or the answer is that no new connections are accepted.
    /// </exception>
    public static async Task<int> AskAsync(ConfigSource source, bool json, TextWriter output)
    {
        var path = SocketOf(source);
        var (answer, report) = await ReportOf(path, Patience);
        await output.WriteAsync(json ? answer : StatusText.Of(report));
        return report.State == ProcessReport.Accepting
            ? ExitCodes.Ok
            : throw new StatusException(
                Trouble.Of(
                    "the tunnel is stopping: it accepts no new connections and ends when the live ones have ended",
                    "start it again then"
                )
            );
    }

    /// <summary>Shows the live sessions.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public static async Task<int> SessionsAsync(ConfigSource source, bool json, TextWriter output)
    {
        var (answer, list) = await SessionsOf(SocketOf(source));
        await output.WriteAsync(json ? answer : SessionsText.Of(list));
        return ExitCodes.Ok;
    }

    /// <summary>Waits until the process accepts connections on all its tunnels.</summary>
    /// <param name="patience">For how long.</param>
    /// <exception cref="ConfigException">The file is faulty or names no status socket.</exception>
    /// <exception cref="StatusException">It does not; the message says why.</exception>
    public static async Task<int> WaitAsync(ConfigSource source, TimeSpan patience, TextWriter output)
    {
        var path = SocketOf(source);
        var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            StatusException why;
            try
            {
                var report = (await ReportOf(path, Patience)).Report;
                if (WhyNotUp(report) is not { } down)
                {
                    await output.WriteLineAsync("accepting");
                    return ExitCodes.Ok;
                }

                why = new StatusException(down);
            }
            catch (StatusException e)
            {
                why = e;
            }

            if (Environment.TickCount64 >= until)
            {
                throw new StatusException(
                    why.Troubles[0].Behind($"not up after {patience.TotalSeconds:0.###} s: "),
                    why
                );
            }

            await Task.Delay(_betweenTries);
        }
    }

    internal static async Task<(string Answer, ProcessReport Report)> ReportOf(string path, TimeSpan patience) =>
        await JsonOf(
            path,
            $"{StatusQuery.StatusRequest} {StatusQuery.Json}",
            ReportJson.Default.ProcessReport,
            patience
        );

    internal static async Task<(string Answer, SessionList List)> SessionsOf(string path) =>
        await JsonOf(path, StatusQuery.SessionsRequest, ReportJson.Default.SessionList, Patience);

    /// <exception cref="ConfigException">The file is faulty or names no status socket.</exception>
    internal static string SocketOf(ConfigSource source) =>
        ConfigLoader.Load(source).Settings.Monitor.StatusSocket is { Path: var path }
            ? path
            : throw new ConfigException([
                new ConfigFault(
                    source.File,
                    0,
                    0,
                    "monitor.status_socket",
                    "monitor.status_socket is not set, so a tunnel with this configuration has no status to report",
                    "set it to a path, such as /run/tunnel/status.sock, and restart the tunnel"
                ),
            ]);

    private static async Task<(string, T)> JsonOf<T>(
        string path,
        string request,
        JsonTypeInfo<T> type,
        TimeSpan patience
    )
        where T : class
    {
        var answer = await StatusQuery.AskAsync(path, request, patience);
        try
        {
            if (JsonSerializer.Deserialize(answer, type) is { } report)
            {
                return (answer, report);
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new StatusException(
            Trouble.Of(
                $"the process answering on {path} is not a tunnel of this version",
                "give the tunnel a path of its own"
            )
        );
    }

    private static Trouble? WhyNotUp(ProcessReport report)
    {
        var down = report.Tunnels.FirstOrDefault(tunnel => tunnel.State != ProcessReport.Accepting);
        return report.State != ProcessReport.Accepting
                ? Trouble.Of("the process is stopping", "start it again when it has ended")
            : down is not null
                ? Trouble.Of(
                    $"tunnel {down.Name} does not listen: {SafeText.Escape(down.Cause ?? down.State)}",
                    "it tries again by itself; 'tunnel status' says how it is"
                )
            : null;
    }
}
