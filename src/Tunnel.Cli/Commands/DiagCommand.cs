using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel diag</c></summary>
internal static class DiagCommand
{
    public static Command Create(Actions actions)
    {
        var command = new ExplainedCommand(
            "diag",
            "Gather what a bug report needs into a .tar.gz, without keys, passwords and other secrets.",
            $"""
            Example:
              tunnel diag --config config/server_config.yaml --output /tmp/tunnel-diag.tar.gz

            In it: versions, the configuration without secrets, what 'tunnel check' and 'tunnel status' say, the last
            lines of the log file, sizes and modes of files, limits. It works with a faulty configuration too, and
            changes nothing. Run it as the user that the tunnel runs as.

            {HelpWithNotes.ListOfExitCodes}
            """
        );
        var config = ConfigOptions.AddTo(command, "The YAML file that the tunnel runs with, of whatever kind.");
        var output = new Option<string?>("--output", "-o")
        {
            Description =
                "The file to write, which must not exist; by default tunnel-diag-DATE-TIME.tar.gz in the working "
                + "directory.",
            HelpName = "FILE",
        };
        command.Options.Add(output);
        command.SetAction(parsed =>
            actions.Diag(config.Of(parsed, null), parsed.GetValue(output), parsed.InvocationConfiguration.Output)
        );
        return command;
    }
}
