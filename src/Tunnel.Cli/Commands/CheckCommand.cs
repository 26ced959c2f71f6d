using System.CommandLine;
using Tunnel.Config;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel check</c>, also for a client or a server alone</summary>
internal static class CheckCommand
{
    public static Command Create(Actions actions)
    {
        var check = new ExplainedCommand(
            "check",
            "Validate a configuration file and the certificates it names, without starting anything.",
            """
            Examples:
              tunnel check --config config/tunnels_config.yaml
              tunnel check client --config config/client_config.yaml
              tunnel check server --config config/server_config.yaml
            """
        );
        var config = ConfigOptions.AddTo(check, "The YAML file to check, of whatever kind.");
        check.SetAction(parsed => actions.Check(config.Of(parsed, null), parsed.InvocationConfiguration.Output));
        check.Subcommands.Add(Of(TunnelRole.Client, actions));
        check.Subcommands.Add(Of(TunnelRole.Server, actions));
        return check;
    }

    private static ExplainedCommand Of(TunnelRole role, Actions actions)
    {
        var word = role.Word();
        var command = new ExplainedCommand(
            word,
            $"Validate the configuration of a {word}: every fault at once, then its certificates and when they expire.",
            $"""
            Example:
              tunnel check {word} --config config/{word}_config.yaml && systemctl restart tunnel-{word}

            {HelpWithNotes.ListOfExitCodes}
            """
        );
        var config = ConfigOptions.AddTo(command, "The YAML file to check.");
        command.SetAction(parsed => actions.Check(config.Of(parsed, role), parsed.InvocationConfiguration.Output));
        return command;
    }
}
