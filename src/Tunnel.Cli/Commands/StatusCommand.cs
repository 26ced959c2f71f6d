using System.CommandLine;
using Tunnel.Config;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel status</c>, also for a client or a server alone</summary>
internal static class StatusCommand
{
    public static Command Create(Actions actions)
    {
        var status = new ExplainedCommand(
            "status",
            "Ask a running tunnel whether it accepts connections, without opening one through it.",
            """
            Examples:
              tunnel status --config config/tunnels_config.yaml
              tunnel status client --config config/client_config.yaml
              tunnel status server --config config/server_config.yaml
            """
        );
        var config = ConfigOptions.AddTo(status, "The YAML file that it runs with, of whatever kind.");
        var json = ConfigOptions.Json(status);
        status.SetAction(parsed =>
            actions.Status(config.Of(parsed, null), parsed.GetValue(json), parsed.InvocationConfiguration.Output)
        );
        status.Subcommands.Add(Of(TunnelRole.Client, actions));
        status.Subcommands.Add(Of(TunnelRole.Server, actions));
        return status;
    }

    private static ExplainedCommand Of(TunnelRole role, Actions actions)
    {
        var word = role.Word();
        var command = new ExplainedCommand(
            word,
            $"Ask the {word} that runs with this configuration, on its monitor.status_socket.",
            $"""
            Example:
              tunnel status {word} --config config/{word}_config.yaml

            For health checks: it reads only the configuration file, and is not counted as a session.

            Exit codes:
              0  alive and accepting
              1  stopping, or no answer within {Status.Patience.TotalSeconds} s
              2  the command line or the configuration must be corrected, or it has no monitor.status_socket
            """
        );
        var config = ConfigOptions.AddTo(command, "The YAML file that the tunnel runs with.");
        var json = ConfigOptions.Json(command);
        command.SetAction(parsed =>
            actions.Status(config.Of(parsed, role), parsed.GetValue(json), parsed.InvocationConfiguration.Output)
        );
        return command;
    }
}
