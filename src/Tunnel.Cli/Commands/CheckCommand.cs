using System.CommandLine;

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
        check.Subcommands.Add(Role("client", actions.CheckClient));
        check.Subcommands.Add(Role("server", actions.CheckServer));
        return check;
    }

    private static ExplainedCommand Role(string role, Func<string, TextWriter, int> action)
    {
        var command = new ExplainedCommand(
            role,
            $"Validate the configuration of a {role}: every fault at once, then its certificates and when they expire.",
            $"""
            Example:
              tunnel check {role} --config config/{role}_config.yaml && systemctl restart tunnel-{role}

            {ExitCode.Help}
            """
        );
        var config = RunOptions.Config();
        config.Description = "The YAML file to check. Paths inside it count from the working directory.";
        command.Options.Add(config);
        command.SetAction(parsed => action(parsed.GetRequiredValue(config), parsed.InvocationConfiguration.Output));
        return command;
    }
}
