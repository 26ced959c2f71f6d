using System.CommandLine;
using Tunnel.Config;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel run</c>, <c>tunnel client</c> and <c>tunnel server</c></summary>
internal static class RunCommand
{
    /// <param name="role">Null: whatever the file has, which may be several tunnels.</param>
    public static Command Create(TunnelRole? role, Actions actions)
    {
        var word = role?.Word() ?? "run";
        var command = new ExplainedCommand(
            word,
            role switch
            {
                TunnelRole.Server =>
                    "Accept tunnel clients over TLS and carry each connection to one plain TCP target.",
                TunnelRole.Client =>
                    "Listen for plain TCP on this machine and carry each connection over TLS to a tunnel server.",
                _ => "Run everything that a configuration has: a client, a server, or a list of both.",
            },
            $"""
            Examples:
              tunnel {word} {ConfigOptions.Example(word)}
              tunnel {word} {ConfigOptions.Example(word)} --verbose

            SIGTERM, SIGINT (Ctrl+C) or SIGQUIT stops accepting, after shutdown.delay, and lets live sessions finish
            within timeouts.shutdown; a second one cuts them. SIGHUP reads the configuration and its files again;
            SIGUSR1, SIGUSR2 and SIGALRM give a line in the log.

            {HelpWithNotes.ExitCodesUpTo(ExitCodes.SessionsCut)}
            """
        );
        var config = ConfigOptions.AddTo(command, "The YAML file to run with.");
        var verbose = new Option<bool>("--verbose")
        {
            Description = "Log at level debug, with the states of sessions. Overrides logging.level.",
        };
        var debug = new Option<bool>("--debug")
        {
            Description = "Log at level trace: everything. Overrides logging.level.",
        };
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
            actions.Run(
                actions.Prepare(config.Of(parsed, role)),
                parsed.GetValue(debug) ? LogLevelSetting.Trace
                    : parsed.GetValue(verbose) ? LogLevelSetting.Debug
                    : null
            )
        );
        return command;
    }
}
