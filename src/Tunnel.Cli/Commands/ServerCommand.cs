using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel server</c></summary>
internal static class ServerCommand
{
    public static Command Create(Actions actions) =>
        RunOptions.Runs(
            new ExplainedCommand(
                "server",
                "Accept tunnel clients over TLS and carry each connection to one plain TCP target.",
                $"""
                Examples:
                  tunnel server --config config/server_config.yaml
                  tunnel server --config config/server_config.yaml --verbose
                {RunOptions.Notes}
                """
            ),
            actions.PrepareServer,
            actions
        );
}
