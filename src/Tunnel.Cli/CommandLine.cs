using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Tunnel.Cli.Commands;
using Tunnel.Config;

namespace Tunnel.Cli;

/// <summary>The commands put together: from arguments to the exit code.</summary>
internal static class CommandLine
{
    private const string Notes = """
        Start here:
          tunnel demo                                        see it work on this machine
          tunnel certs init                                  make certificates for a trial
          tunnel server --config config/server_config.yaml   on the machine with the target
          tunnel client --config config/client_config.yaml   on the machine with the application
          tunnel run --config config/tunnels_config.yaml     several tunnels in one process

        'tunnel COMMAND --help' explains a command.
        """;

    public static async Task<int> InvokeAsync(string[] args, Actions actions, TextWriter output, TextWriter error)
    {
        var parsed = Root(actions).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Tokens.Count == 0)
        {
            parsed.InvocationConfiguration.Output = error;
            new HelpWithNotes(Notes).Invoke(parsed);
            return ExitCodes.BadInput;
        }

        if (parsed.Action is ParseErrorAction)
        {
            return Mistake.Explain(parsed, error);
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = error,
                    EnableDefaultExceptionHandler = false,
                    // Signals belong to TunnelRun, which drains before it stops.
                    ProcessTerminationTimeout = null,
                }
            );
        }
#pragma warning disable CA1031 // The outermost frame: whatever went wrong becomes a sentence and an exit code.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Failures.Report(failure, error);
        }
    }

    private static RootCommand Root(Actions actions)
    {
        var root = new RootCommand(
            "Carries plain TCP over mutually authenticated TLS: client -> TLS -> server -> target."
        )
        {
            RunCommand.Create(null, actions),
            RunCommand.Create(TunnelRole.Client, actions),
            RunCommand.Create(TunnelRole.Server, actions),
            CheckCommand.Create(actions),
            StatusCommand.Create(actions),
            SessionsCommand.Create(actions),
            TopCommand.Create(actions),
            WaitCommand.Create(actions),
            ReloadCommand.Create(actions),
            DrainCommand.Create(actions),
            DoctorCommand.Create(actions),
            PingCommand.Create(actions),
            ExplainCommand.Create(actions),
            DiagCommand.Create(actions),
            CertsCommand.Create(actions),
            DemoCommand.Create(actions),
        };
        root.Options.OfType<VersionOption>().Single().Action = new VersionText.Show();
        root.Options.OfType<HelpOption>().Single().Action = new HelpWithNotes(Notes);
        return root;
    }
}
