using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel top</c></summary>
internal static class TopCommand
{
    private const double LeastSeconds = 0.1;
    private const double MostSeconds = 3600;
    private const double DefaultSeconds = 1;

    public static Command Create(Actions actions)
    {
        var command = new ExplainedCommand(
            "top",
            "Watch the live sessions of the process that runs with this configuration: what moves most comes first.",
            """
            Examples:
              tunnel top --config config/tunnels_config.yaml
              tunnel top --config config/tunnels_config.yaml --interval 5
              tunnel top --config config/tunnels_config.yaml --once

            It asks at monitor.status_socket, and waits while nobody answers. Keys sort, filter, select and end
            sessions; '?' shows all. SENT is towards the far side, RECV comes from there. Where there is no terminal,
            or a simple one (TERM=dumb), it prints a table every time, with the sessions that move most.

            Exit codes:
              0  the user has quit
              1  with --once: no answer
              2  the command line or the configuration must be corrected, or it has no monitor.status_socket
            """
        );
        var config = ConfigOptions.AddTo(command, "The YAML file that it runs with, of whatever kind.");
        var interval = SecondsOption.Create(
            "--interval",
            "Seconds between two answers",
            LeastSeconds,
            MostSeconds,
            DefaultSeconds
        );
        var once = new Option<bool>("--once") { Description = "Prints one table, after one interval, and ends." };
        command.Options.Add(interval);
        command.Options.Add(once);
        command.SetAction(parsed =>
            actions.Top(
                config.Of(parsed, null),
                new TopOptions(TimeSpan.FromSeconds(parsed.GetValue(interval)), parsed.GetValue(once)),
                parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error
            )
        );
        return command;
    }
}
