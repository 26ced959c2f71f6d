using System.CommandLine;
using Tunnel.Config;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel check client</c> and <c>tunnel check server</c></summary>
internal static class CheckCommand
{
    public static Command Create(Actions actions)
    {
        var check = new ExplainedCommand(
            "check",
            "Validate a configuration file and the certificates it names, without starting anything.",
            """
            Examples:
              tunnel check client --config config/client_config.yaml
              tunnel check server --config config/server_config.yaml
            """
        );
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
        var config = ConfigOption.Create("The YAML file to check.");
        command.Options.Add(config);
        command.SetAction(parsed =>
            actions.Check(role, parsed.GetRequiredValue(config), parsed.InvocationConfiguration.Output)
        );
        return command;
    }
}
