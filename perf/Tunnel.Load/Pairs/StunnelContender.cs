namespace Tunnel.Load.Pairs;

/// <summary>stunnel: a thread per connection.</summary>
internal sealed class StunnelContender() : Contender("stunnel", "stunnel4")
{
    public override string Version => CommandOutput.FirstLine(Program!, "-version", containing: "stunnel");

    public override (string[] Server, string[] Client) Prepare(PairSetup setup)
    {
        var c = setup.Certificates;
        var server = Write(
            setup,
            "server.conf",
            $"""
            {Common(setup)}
            accept = 127.0.0.1:{setup.ServerPort}
            connect = 127.0.0.1:{setup.TargetPort}
            cert = {c.ServerCert}
            key = {c.ServerKey}
            CAfile = {c.Ca}
            verifyChain = yes
            requireCert = yes

            """
        );
        var client = Write(
            setup,
            "client.conf",
            $"""
            {Common(setup)}
            client = yes
            accept = 127.0.0.1:{setup.ClientPort}
            connect = 127.0.0.1:{setup.ServerPort}
            sni = {Certificates.ServerName}
            checkHost = {Certificates.ServerName}
            cert = {c.ClientCert}
            key = {c.ClientKey}
            CAfile = {c.Ca}
            verifyChain = yes

            """
        );
        return ([Program!, server], [Program!, client]);
    }

    private static string Common(PairSetup setup) =>
        $"""
            foreground = yes
            syslog = no
            debug = err
            pid =
            socket = l:TCP_NODELAY=1
            socket = r:TCP_NODELAY=1

            [load]
            sslVersion = TLSv1.3
            ciphersuites = TLS_AES_256_GCM_SHA384
            {(setup.Resume ? "" : "options = NO_TICKET\nsessionCacheSize = 1\nsessionResume = no")}
            """;
}
