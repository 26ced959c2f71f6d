using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel reload</c></summary>
internal static class ReloadCommand
{
    public static Command Create(Actions actions)
    {
        var command = new ExplainedCommand(
            "reload",
            "Ask the process that runs with this configuration, on its monitor.status_socket, to read it again.",
            """
            Example:
              tunnel reload --config config/tunnels_config.yaml

            All or nothing: if anything is wrong with the configuration or a file that it names, nothing changes, and
            every fault is reported. Live sessions go on.

            Exit codes:
              0  the new configuration serves
              1  no answer
              2  the new configuration cannot be used, and the old one serves on
            """
        );
        var config = ConfigOptions.AddTo(command, "The YAML file that it runs with, of whatever kind.");
        command.SetAction(parsed => actions.Reload(config.Of(parsed, null), parsed.InvocationConfiguration.Output));
        return command;
    }
}
