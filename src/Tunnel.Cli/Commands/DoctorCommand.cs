using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel doctor</c></summary>
internal static class DoctorCommand
{
    /// <summary>What the commands that go to a server end with.</summary>
    public static string RungExitCodes { get; } =
        string.Join(
            '\n',
            ExitCodeAdvice.All.Where(it => it.Word is not ("0" or "3")).Select(it => $" {it.Word, 2}  {it.Cause}")
        );

    public static Command Create(Actions actions)
    {
        var command = new ExplainedCommand(
            "doctor",
            "Find out what stands between a tunnel and its service, and what to do about it.",
            $"""
            Examples:
              tunnel doctor --config config/client_config.yaml
              tunnel doctor --config config/server_config.yaml
              tunnel doctor --config config/tunnels_config.yaml --json postgres-client

            For a client it climbs from the configuration to the service: file, certificates, name, each address, TCP,
            TLS, the server's verdict, its target. A server's files, listeners and targets are judged from its own
            place. It connects as a session would, and sends nothing; the service sees a connection that ends at once.

            Exit codes:
              0  an application would be served
            {RungExitCodes}
            """
        );
        var config = ConfigOptions.AddTo(command, "The YAML file of the tunnel, of whatever kind.");
        var json = ConfigOptions.Json(command, "One JSON object instead of lines.");
        var tunnel = ConfigOptions.Tunnel(command, "The name of one of several tunnels; without it all are looked at.");
        command.SetAction(
            (parsed, _) =>
                actions.Doctor(
                    config.Of(parsed, null),
                    new DoctorOptions(parsed.GetValue(tunnel), parsed.GetValue(json)),
                    parsed.InvocationConfiguration.Output
                )
        );
        return command;
    }
}
