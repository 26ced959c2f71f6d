using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel status client</c> and <c>tunnel status server</c></summary>
internal static class StatusCommand
{
    public static Command Create(Actions actions)
    {
        var status = new ExplainedCommand(
            "status",
            "Ask a running tunnel whether it accepts connections, without opening one through it.",
            """
            Examples:
              tunnel status client --config config/client_config.yaml
              tunnel status server --config config/server_config.yaml
            """
        );
        status.Subcommands.Add(Role("client", actions.StatusOfClient));
        status.Subcommands.Add(Role("server", actions.StatusOfServer));
        return status;
    }

    private static ExplainedCommand Role(string role, Func<string, TextWriter, Task<int>> action)
    {
        var command = new ExplainedCommand(
            role,
            $"Ask the {role} that runs with this configuration; its monitor.status_socket says where.",
            $"""
            Example:
              tunnel status {role} --config config/{role}_config.yaml

            For health checks: it reads the configuration file and no other, and counts as no session.

            Exit codes:
              0  alive and accepting
              1  being stopped, or no answer within {Status.Patience.TotalSeconds} s
              2  the command line or the configuration must be corrected, or it has no monitor.status_socket
            """
        );
        var config = RunOptions.Config();
        config.Description =
            "The YAML file that the tunnel runs with. Paths inside it count from the working directory.";
        command.Options.Add(config);
        command.SetAction(parsed => action(parsed.GetRequiredValue(config), parsed.InvocationConfiguration.Output));
        return command;
    }
}
