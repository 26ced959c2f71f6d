using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel certs init</c></summary>
internal static class CertsCommand
{
    private const string Example = """
        Examples:
          tunnel certs init
          tunnel certs init --dir certs --server-name tunnel.example --server-name 192.0.2.7 --client-name app-1
        """;

    public static Command Create(Actions actions)
    {
        var certs = new ExplainedCommand("certs", "Make certificates for trying out the tunnel.", Example);
        certs.Subcommands.Add(Init(actions));
        return certs;
    }

    private static ExplainedCommand Init(Actions actions)
    {
        var command = new ExplainedCommand(
            "init",
            "Make a throw-away CA, a server certificate and a client certificate. Never overwrites a file.",
            $"""
            {Example}

            For trials and small private use: whoever has ca.key can issue certificates for anybody.

            {HelpWithNotes.ListOfExitCodes}
            """
        );
        var directory = new Option<string>("--dir")
        {
            Description = "The directory for the files; it is made if it is missing.",
            HelpName = "DIRECTORY",
            DefaultValueFactory = _ => "certs",
        };
        var serverNames = new Option<string[]>("--server-name")
        {
            Description =
                "A DNS name or IP address by which clients reach the server; may be given several times. "
                + "Without it: localhost, 127.0.0.1 and ::1.",
            HelpName = "NAME",
        };
        var clientName = new Option<string>("--client-name")
        {
            Description = "The name of the client, for allowed_client_cns. Without it: tunnel-client.",
            HelpName = "NAME",
        };
        command.Options.Add(directory);
        command.Options.Add(serverNames);
        command.Options.Add(clientName);
        command.SetAction(parsed =>
            actions.CertsInit(
                new CertsInitOptions(
                    parsed.GetRequiredValue(directory),
                    parsed.GetValue(serverNames) ?? [],
                    parsed.GetValue(clientName)
                ),
                parsed.InvocationConfiguration.Output
            )
        );
        return command;
    }
}
