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
              tunnel check client --config config/client_config.yaml --connect
              tunnel check server --config config/server_config.yaml

            With --connect the exit codes are those of tunnel doctor, which says more.
            """
        );
        AddAction(check, null, "The YAML file to check, of whatever kind.", actions);
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

            With --connect also those of tunnel doctor, which says more.
            """
        );
        AddAction(command, role, "The YAML file to check.", actions);
        return command;
    }

    private static void AddAction(Command command, TunnelRole? role, string what, Actions actions)
    {
        var config = ConfigOptions.AddTo(command, what);
        var connect = new Option<bool>("--connect")
        {
            Description =
                "Then go the way of a session, too: a client's to its service, a server's to its targets (as tunnel "
                + "doctor, in a line).",
        };
        command.Options.Add(connect);
        command.SetAction(
            (parsed, _) =>
            {
                var (source, output) = (config.Of(parsed, role), parsed.InvocationConfiguration.Output);
                return parsed.GetValue(connect)
                    ? actions.CheckConnect(source, output)
                    : Task.FromResult(actions.Check(source, output));
            }
        );
    }
}
