namespace Tunnel.Load.Pairs;

/// <summary>The program of this repository, on one of its TLS backends.</summary>
/// <param name="form">What its pairs are called: <c>tunnel</c> for the file that ships.</param>
internal sealed class TunnelContender(string form, string program, string backend)
    : Contender($"{form}/{backend}", program)
{
    public override string Version => CommandOutput.FirstLine(Program!, "--version");

    public override (string[] Server, string[] Client) Prepare(PairSetup setup)
    {
        var c = setup.Certificates;
        var server = Write(
            setup,
            "server.yaml",
            $"""
            server_listener: {"{"} host: 127.0.0.1, port: {setup.ServerPort} {"}"}
            target_service: {"{"} host: 127.0.0.1, port: {setup.TargetPort} {"}"}
            tls:
              server_cert: {c.ServerCert}
              server_key: {c.ServerKey}
              client_ca_cert: {c.Ca}
            {Common(setup)}
            """
        );
        var client = Write(
            setup,
            "client.yaml",
            $"""
            local_listener: {"{"} host: 127.0.0.1, port: {setup.ClientPort} {"}"}
            remote_server:
              host: 127.0.0.1
              port: {setup.ServerPort}
              server_ca_cert: {c.Ca}
              server_name: {Certificates.ServerName}
            tls:
              client_cert: {c.ClientCert}
              client_key: {c.ClientKey}
            {Common(setup)}
            """
        );
        return ([Program!, "server", "--config", server], [Program!, "client", "--config", client]);
    }

    private string Common(PairSetup setup) =>
        $"""
              min_version: 1.3
              backend: {backend}
              session_resumption: {(setup.Resume ? "true" : "false")}
            sandbox:
              core_dumps: true # Whoever measures memory without being root could not look at it.
            logging:
              level: warn
            """;
}
