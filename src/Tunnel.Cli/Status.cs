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

    private static readonly string _statusRequest = $"{StatusQuery.StatusRequest} {StatusQuery.Json}";

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
        ProcessReport report;
        if (json)
        {
            report = await PrintAsync(path, _statusRequest, ReportJson.Default.ProcessReport, output);
        }
        else
        {
            report = await ReportOf(path);
            await output.WriteAsync(StatusText.Of(report));
        }

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
        var path = SocketOf(source);
        if (json)
        {
            await PrintAsync(path, StatusQuery.SessionsRequest, ReportJson.Default.SessionList, output);
        }
        else
        {
            await output.WriteAsync(SessionsText.Of(await SessionsOf(path)));
        }

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
                if (WhyNotUp(await ReportOf(path)) is not { } down)
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

    internal static Task<ProcessReport> ReportOf(string path) =>
        ValueOf(path, _statusRequest, ReportJson.Default.ProcessReport);

    internal static Task<SessionList> SessionsOf(string path) =>
        ValueOf(path, StatusQuery.SessionsRequest, ReportJson.Default.SessionList);

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

    /// <summary>Prints the answer as it came, once it is one.</summary>
    private static async Task<T> PrintAsync<T>(string path, string request, JsonTypeInfo<T> type, TextWriter output)
        where T : class
    {
        var answer = await StatusQuery.AskAsync(path, request, Patience);
        var value = await KnownAsync(path, () => Task.FromResult(JsonSerializer.Deserialize(answer, type)));
        await output.WriteAsync(answer);
        return value;
    }

    private static Task<T> ValueOf<T>(string path, string request, JsonTypeInfo<T> type)
        where T : class => KnownAsync(path, () => StatusQuery.AskAsync(path, request, type, Patience));

    private static async Task<T> KnownAsync<T>(string path, Func<Task<T?>> read)
        where T : class
    {
        try
        {
            if (await read() is { } value)
            {
                return value;
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
                    SafeText.Escape($"tunnel {down.Name} does not listen: {down.Cause ?? down.State}"),
                    "it tries again by itself; 'tunnel status' says how it is"
                )
            : null;
    }
}
