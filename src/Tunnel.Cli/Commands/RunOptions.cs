using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary>What <c>tunnel client</c> and <c>tunnel server</c> have in common.</summary>
internal static class RunOptions
{
    public const string Notes = $"""

        SIGTERM, SIGINT (Ctrl+C) or SIGQUIT stops accepting and lets live sessions finish within timeouts.shutdown;
        a second one ends at once. SIGHUP or SIGUSR1 reopens the log file; SIGUSR2 and SIGALRM are ignored.

        {ExitCode.Help}
          3  stopped, but sessions were still live at the deadline and were cut
        """;

    public static Option<string> Config() =>
        new("--config", "-c")
        {
            Description = "The YAML file to run with. Paths inside it count from the working directory.",
            HelpName = "FILE",
            Required = true,
        };

    /// <summary>How a role's file is usually named on the command line.</summary>
    public static string ConfigExample(string role) => $"--config config/{role}_config.yaml";

    /// <summary>Gives a command its options and lets it prepare and run a tunnel.</summary>
    public static Command Runs(Command command, Func<string, PreparedTunnel> prepare, Actions actions)
    {
        var config = Config();
        var verbose = new Option<bool>("--verbose")
        {
            Description = "Log at level debug: states of sessions too. Overrides logging.level.",
        };
        var debug = new Option<bool>("--debug")
        {
            Description = "Log at level trace: everything. Overrides logging.level.",
        };
        command.Options.Add(config);
        command.Options.Add(verbose);
        command.Options.Add(debug);
        command.Validators.Add(result =>
        {
            if (result.GetValue(verbose) && result.GetValue(debug))
            {
                result.AddError("Give --verbose or --debug, not both: --debug includes --verbose.");
            }
        });
        command.SetAction(parsed =>
        {
            // Before the files are read, which may take a while.
            _ = Signals.OfProcess;
            return actions.Run(
                prepare(parsed.GetRequiredValue(config)),
                parsed.GetValue(debug) ? Verbosity.Debug
                    : parsed.GetValue(verbose) ? Verbosity.Verbose
                    : Verbosity.AsConfigured
            );
        });
        return command;
    }
}
