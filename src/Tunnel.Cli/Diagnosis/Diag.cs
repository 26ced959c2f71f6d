using System.Globalization;
using Tunnel.Config;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Diagnosis;

/// <summary>
/// The work of <c>tunnel diag</c>: gathers what a bug report needs and leaves out what is nobody's business. Every
/// part says itself why it is empty, so that a faulty configuration, or a tunnel that is down, is no obstacle.
/// </summary>
internal static class Diag
{
    /// <param name="output">Path of the bundle; null: one named after the moment, in the working directory.</param>
    /// <exception cref="BundleException">The file exists already, or cannot be written.</exception>
    public static async Task<int> RunAsync(ConfigSource source, string? output, TextWriter words)
    {
        var path =
            output
            ?? string.Create(
                CultureInfo.InvariantCulture,
                $"tunnel-diag-{DateTimeOffset.UtcNow:yyyyMMdd-HHmmss}.tar.gz"
            );
        var config = ConfigOutline.Of(source);
        var secrets = KnownSecrets.Of(config);
        (string Name, string About, string Text)[] parts =
        [
            ("versions.txt", "the program, its runtime, libssl, the system", MachineText.Versions()),
            ("config.yaml", "the configuration without secrets and comments, variables unexpanded", config.Text),
            ("check.txt", "what 'tunnel check' says: certificates without keys", CheckOf(source)),
            ("status.txt", "what 'tunnel status' says", await StatusOf(config)),
            ("log.txt", "the last lines of the log file", LogOf(config)),
            ("files.txt", "sizes, modes and times of the files it names", MachineText.Files(config)),
            ("limits.txt", "limits of this process and of the system", MachineText.Limits()),
        ];
        parts = [.. parts.Select(part => part with { Text = secrets.RemovedFrom(part.Text) })];
        Bundle.Write(path, [.. parts.Select(part => (part.Name, part.Text))]);
        await words.WriteLineAsync($"{path}, which only you can read:");
        foreach (var (name, about, text) in parts)
        {
            await words.WriteLineAsync($"  {name, -13} {text.Length, 7} letters  {about}");
        }

        await words.WriteLineAsync(
            "Names, addresses and what the log says about peers are in it. "
                + $"Look through it before you send it: tar -xzOf {path} | less"
        );
        return ExitCodes.Ok;
    }

    private static string CheckOf(ConfigSource source)
    {
        var text = new StringWriter();
        try
        {
            Check.Run(source, text);
        }
        catch (ConfigException e)
        {
            foreach (var fault in e.Faults)
            {
                // What stands there may be a secret in the wrong place.
                text.WriteLine(fault with { Found = "a fault" });
            }
        }
        catch (Exception e) when (Failures.IsForUsers(e))
        {
            text.WriteLine(e.Message);
        }

        return text.ToString();
    }

    private static async Task<string> StatusOf(ConfigOutline config)
    {
        if (Value(config, "status_socket") is not { } path)
        {
            return "monitor.status_socket is not set\n";
        }

        try
        {
            return await StatusQuery.AskAsync(path, StatusQuery.StatusRequest, Status.Patience);
        }
        catch (StatusException e)
        {
            return $"{e.Message}\n";
        }
    }

    private static string LogOf(ConfigOutline config) =>
        Value(config, "log_file") is { } path ? LogTail.Of(path) : "logging.log_file is not set\n";

    private static string? Value(ConfigOutline config, string key) =>
        config.Values.Where(value => value.Key == key).Select(value => value.Value).FirstOrDefault();
}
