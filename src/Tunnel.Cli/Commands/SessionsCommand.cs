using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel sessions</c> and <c>tunnel sessions kill</c></summary>
internal static class SessionsCommand
{
    public static Command Create(Actions actions)
    {
        var sessions = new ExplainedCommand(
            "sessions",
            "Show the live sessions of the process that runs with this configuration, or end some of them.",
            """
            Examples:
              tunnel sessions --config config/tunnels_config.yaml
              tunnel sessions --config config/tunnels_config.yaml --json
              tunnel sessions kill --config config/tunnels_config.yaml 3f2a-17
              tunnel sessions kill --config config/tunnels_config.yaml --peer reporting.example.org

            It is asked at monitor.status_socket. SENT is towards the far side, RECEIVED comes from there.

            Exit codes:
              0  done
              1  no answer
              2  the command line or the configuration must be corrected, or it has no monitor.status_socket
            """
        );
        var config = ConfigOptions.AddTo(sessions, "The YAML file that it runs with, of whatever kind.");
        var json = ConfigOptions.Json(sessions);
        sessions.SetAction(parsed =>
            actions.Sessions(config.Of(parsed, null), parsed.GetValue(json), parsed.InvocationConfiguration.Output)
        );
        sessions.Subcommands.Add(Kill(actions));
        return sessions;
    }

    private static ExplainedCommand Kill(Actions actions)
    {
        var kill = new ExplainedCommand(
            "kill",
            "End one live session, or all of a peer, with RST on both sides.",
            """
            Examples:
              tunnel sessions kill --config config/tunnels_config.yaml 3f2a-17
              tunnel sessions kill --config config/tunnels_config.yaml --peer reporting.example.org

            Their lines in the log say reason=killed. The peer may come back: access rules keep it out for good.

            Exit codes:
              0  ended
              1  no answer
              2  there is no such session, or the command line or the configuration must be corrected
            """
        );
        var id = new Argument<string?>("ID")
        {
            Description = "The id of the session, as 'tunnel sessions' and the log have it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var peer = new Option<string?>("--peer")
        {
            Description = "The name of a peer, as in the column IDENTITY: all its sessions are ended.",
            HelpName = "NAME",
        };
        kill.Arguments.Add(id);
        kill.Options.Add(peer);
        kill.Validators.Add(parsed => RequireOne(parsed, id, peer));
        var config = ConfigOptions.AddTo(kill, "The YAML file that the process runs with, of whatever kind.");
        kill.SetAction(parsed =>
            actions.Kill(
                config.Of(parsed, null),
                parsed.GetValue(peer) ?? parsed.GetValue(id)!,
                parsed.GetValue(peer) is not null,
                parsed.InvocationConfiguration.Output
            )
        );
        return kill;
    }

    private static void RequireOne(CommandResult parsed, Argument<string?> id, Option<string?> peer)
    {
        if (parsed.GetValue(id) is null == parsed.GetValue(peer) is null)
        {
            parsed.AddError("Name either the ID of a session or a peer by --peer NAME.");
        }
    }
}
