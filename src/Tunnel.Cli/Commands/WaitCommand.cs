using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel wait</c></summary>
internal static class WaitCommand
{
    private const double DefaultSeconds = 30;
    private const double MostSeconds = 3600;

    public static Command Create(Actions actions)
    {
        var command = new ExplainedCommand(
            "wait",
            "Wait until the process that runs with this configuration accepts connections on all its tunnels.",
            """
            Example, in a script:
              tunnel run --config config/tunnels_config.yaml &
              tunnel wait --config config/tunnels_config.yaml && psql --host 127.0.0.1 --port 6432

            It asks at monitor.status_socket, which need not exist yet.

            Exit codes:
              0  it accepts
              1  it does not within this time: the message says why
              2  the command line or the configuration must be corrected, or it has no monitor.status_socket
            """
        );
        var config = ConfigOptions.AddTo(command, "The YAML file that it runs with, of whatever kind.");
        var patience = SecondsOption.Create("--for", "For how many seconds", 0, MostSeconds, DefaultSeconds);
        command.Options.Add(patience);
        command.SetAction(parsed =>
            actions.Wait(
                config.Of(parsed, null),
                TimeSpan.FromSeconds(parsed.GetValue(patience)),
                parsed.InvocationConfiguration.Output
            )
        );
        return command;
    }
}
