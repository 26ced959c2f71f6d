using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel client</c></summary>
internal static class ClientCommand
{
    public static Command Create(Actions actions) =>
        RunOptions.Runs(
            new ExplainedCommand(
                "client",
                "Listen for plain TCP on this machine and carry each connection over TLS to a tunnel server.",
                $"""
                Examples:
                  tunnel client --config config/client_config.yaml
                  tunnel client --config config/client_config.yaml --verbose
                {RunOptions.Notes}
                """
            ),
            actions.PrepareClient,
            actions
        );
}
