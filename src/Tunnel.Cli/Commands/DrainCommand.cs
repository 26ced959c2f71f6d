using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel drain</c></summary>
internal static class DrainCommand
{
    public static Command Create(Actions actions)
    {
        var command = new ExplainedCommand(
            "drain",
            "Ask the process that runs with this configuration to stop in order, as SIGTERM does.",
            """
            Example:
              tunnel drain --config config/tunnels_config.yaml

            It accepts nothing more (after shutdown.delay), lets live sessions finish within timeouts.shutdown, and
            ends. The command does not wait for that.

            Exit codes:
              0  it is stopping
              1  no answer
              2  it was stopping already, or the command line or the configuration must be corrected
            """
        );
        var config = ConfigOptions.AddTo(command, "The YAML file that it runs with, of whatever kind.");
        command.SetAction(parsed => actions.Drain(config.Of(parsed, null), parsed.InvocationConfiguration.Output));
        return command;
    }
}
