namespace Tunnel.Load.Pairs;

/// <summary>HAProxy in TCP mode, as many threads as there are cores.</summary>
internal sealed class HaproxyContender() : Contender("haproxy", "haproxy")
{
    public override string Version => CommandOutput.FirstLine(Program!, "-v");

    public override (string[] Server, string[] Client) Prepare(PairSetup setup)
    {
        var c = setup.Certificates;
        var server = Write(
            setup,
            "server.cfg",
            $"""
            global
              maxconn 8000
              ssl-default-bind-ciphersuites TLS_AES_256_GCM_SHA384
              ssl-default-bind-options ssl-min-ver TLSv1.3{(
                setup.Resume ? "" : " no-tls-tickets\n  tune.ssl.cachesize 0"
            )}
            {Defaults}
            listen load
              bind 127.0.0.1:{setup.ServerPort} ssl crt {c.ServerBundle} ca-file {c.Ca} verify required
              server target 127.0.0.1:{setup.TargetPort}

            """
        );
        var options =
            $"ssl crt {c.ClientBundle} ca-file {c.Ca} verify required verifyhost {Certificates.ServerName} "
            + $"sni str({Certificates.ServerName}){(setup.Resume ? "" : " no-ssl-reuse")}";
        var client = Write(
            setup,
            "client.cfg",
            $"""
            global
              maxconn 8000
              ssl-default-server-ciphersuites TLS_AES_256_GCM_SHA384
              ssl-default-server-options ssl-min-ver TLSv1.3
            {Defaults}
            listen load
              bind 127.0.0.1:{setup.ClientPort}
              server far 127.0.0.1:{setup.ServerPort} {options}

            """
        );
        return ([Program!, "-db", "-f", server], [Program!, "-db", "-f", client]);
    }

    private const string Defaults = """
        defaults
          mode tcp
          maxconn 8000
          timeout connect 10s
          timeout client 1h
          timeout server 1h
        """;
}
