using Tunnel.Certs;

namespace Tunnel.Cli;

/// <summary>The work of <c>tunnel certs init</c>, and its report.</summary>
internal static class CertsInitText
{
    public static int Run(CertsInitOptions options, TextWriter output)
    {
        var made = CertsInit.Run(
            options.Directory,
            options.ServerNames,
            options.ClientName ?? CertsInit.DefaultClientName
        );
        output.WriteLine(
            $"""
            Made in {made.Directory}, keys are readable by you alone:
              {made.CaCert}  CA certificate, for both sides
              {made.CaKey}  CA key: issues more certificates; keep it away from both sides
              {made.ServerCert}, {made.ServerKey}  for a server called {string.Join(", ", made.ServerNames)}
              {made.ClientCert}, {made.ClientKey}  for a client called {made.ClientName}

            In the server's configuration:
              tls:
                profile: modern
                server_cert: {made.ServerCert}
                server_key: {made.ServerKey}
                client_ca_cert: {made.CaCert}
                allowed_client_cns: [{made.ClientName}]

            In the client's configuration:
              remote_server:
                server_ca_cert: {made.CaCert}
              tls:
                profile: modern
                client_cert: {made.ClientCert}
                client_key: {made.ClientKey}
            """
        );
        return ExitCodes.Ok;
    }
}
