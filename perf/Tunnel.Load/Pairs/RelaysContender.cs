namespace Tunnel.Load.Pairs;

/// <summary>
/// Two nginx that pass bytes on without TLS: what two processes and their sockets cost, whatever the tunnel. Its
/// buffers are larger than nginx's own 16 KiB, so that bulk is not made dear by the number of calls.
/// </summary>
internal sealed class RelaysContender() : NginxContender(PairName)
{
    public const string PairName = "relays";

    public override (string[] Server, string[] Client) Prepare(PairSetup setup) =>
        (
            Relay(setup, "server", setup.ServerPort, setup.TargetPort),
            Relay(setup, "client", setup.ClientPort, setup.ServerPort)
        );

    private string[] Relay(PairSetup setup, string role, int from, int to) =>
        Command(
            Write(
                setup,
                $"{role}.conf",
                $$"""
                {{Common(setup, role)}}
                  server {
                    listen 127.0.0.1:{{from}};
                    proxy_pass 127.0.0.1:{{to}};
                    proxy_buffer_size 128k;
                  }
                }

                """
            )
        );
}
