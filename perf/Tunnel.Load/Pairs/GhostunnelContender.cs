namespace Tunnel.Load.Pairs;

/// <summary>ghostunnel: TLS by Go's library.</summary>
internal sealed class GhostunnelContender(string program) : Contender("ghostunnel", program)
{
    public override string Version => CommandOutput.FirstLine(Program!, "--version");

    public override (string[] Server, string[] Client) Prepare(PairSetup setup)
    {
        var c = setup.Certificates;
        return (
            [
                Program!,
                "server",
                $"--listen=127.0.0.1:{setup.ServerPort}",
                $"--target=127.0.0.1:{setup.TargetPort}",
                $"--cert={c.ServerCert}",
                $"--key={c.ServerKey}",
                $"--cacert={c.Ca}",
                "--allow-all",
                "--quiet=all",
            ],
            [
                Program!,
                "client",
                $"--listen=127.0.0.1:{setup.ClientPort}",
                $"--target=127.0.0.1:{setup.ServerPort}",
                $"--cert={c.ClientCert}",
                $"--key={c.ClientKey}",
                $"--cacert={c.Ca}",
                $"--override-server-name={Certificates.ServerName}",
                "--quiet=all",
            ]
        );
    }
}
