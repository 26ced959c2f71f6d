using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel explain</c></summary>
internal static class ExplainCommand
{
    public static Command Create(Actions actions)
    {
        var command = new ExplainedCommand(
            "explain",
            "Say whether a certificate would be let in, by which rule, or how near it comes.",
            """
            Examples:
              tunnel explain --config config/server_config.yaml --cert certs/client.crt
              tunnel explain --config config/tunnels_config.yaml --cert app.crt --from 10.0.0.7 postgres-server

            It asks no running tunnel: it judges by the configuration and the files that it names, with the words of
            the log. For a client's configuration it is the certificate of a server.

            Exit codes:
              0  accepted, by every tunnel asked
              1  refused, by at least one of them
              2  the command line, the configuration or a file must be corrected
            """
        );
        var config = ConfigOptions.AddTo(command, "The YAML file of the tunnel that would be asked.");
        var certificate = new Option<string>("--cert")
        {
            Description = "A PEM file: the certificate, then its intermediates, as the peer presents them.",
            HelpName = "FILE",
            Required = true,
        };
        var from = new Option<IPAddress?>("--from")
        {
            Description = "The address that it connects from, for entries with 'from'.",
            HelpName = "ADDRESS",
            CustomParser = Address,
        };
        command.Options.Add(certificate);
        command.Options.Add(from);
        var tunnel = ConfigOptions.Tunnel(command, "The name of one of several tunnels; without it all are asked.");
        command.SetAction(parsed =>
            actions.Explain(
                config.Of(parsed, null),
                new ExplainOptions(
                    parsed.GetRequiredValue(certificate),
                    parsed.GetValue(from),
                    parsed.GetValue(tunnel)
                ),
                parsed.InvocationConfiguration.Output
            )
        );
        return command;
    }

    private static IPAddress? Address(ArgumentResult result)
    {
        if (IPAddress.TryParse(result.Tokens[0].Value, out var address))
        {
            return address;
        }

        result.AddError($"--from {result.Tokens[0].Value} is no IP address; write one such as 10.0.0.7 or fd00::7");
        return null;
    }
}
