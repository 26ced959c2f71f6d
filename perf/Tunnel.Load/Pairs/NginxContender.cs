namespace Tunnel.Load.Pairs;

/// <summary>nginx's stream module, a worker process per core.</summary>
internal class NginxContender(string name = "nginx") : Contender(name, "nginx")
{
    private const string Module = "/usr/lib/nginx/modules/ngx_stream_module.so";

    public override string Version => CommandOutput.FirstLine(Program!, "-v");

    public override (string[] Server, string[] Client) Prepare(PairSetup setup)
    {
        var c = setup.Certificates;
        var server = Write(
            setup,
            "server.conf",
            $$"""
            {{Common(setup, "server")}}
              server {
                listen 127.0.0.1:{{setup.ServerPort}} ssl;
                proxy_pass 127.0.0.1:{{setup.TargetPort}};
                ssl_certificate {{c.ServerCert}};
                ssl_certificate_key {{c.ServerKey}};
                ssl_client_certificate {{c.Ca}};
                ssl_verify_client on;
                ssl_protocols TLSv1.3;
                ssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384;
                {{(
                setup.Resume ? "ssl_session_cache shared:load:10m;" : "ssl_session_cache off; ssl_session_tickets off;"
            )}}
              }
            }

            """
        );
        var client = Write(
            setup,
            "client.conf",
            $$"""
            {{Common(setup, "client")}}
              server {
                listen 127.0.0.1:{{setup.ClientPort}};
                proxy_pass 127.0.0.1:{{setup.ServerPort}};
                proxy_ssl on;
                proxy_ssl_verify on;
                proxy_ssl_name {{Certificates.ServerName}};
                proxy_ssl_server_name on;
                proxy_ssl_trusted_certificate {{c.Ca}};
                proxy_ssl_certificate {{c.ClientCert}};
                proxy_ssl_certificate_key {{c.ClientKey}};
                proxy_ssl_protocols TLSv1.3;
                proxy_ssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384;
                proxy_ssl_session_reuse {{(setup.Resume ? "on" : "off")}};
              }
            }

            """
        );
        return (Command(server), Command(client));
    }

    protected string[] Command(string configuration) =>
        [Program!, "-p", Path.GetDirectoryName(configuration)!, "-e", "stderr", "-c", configuration];

    protected static string Common(PairSetup setup, string role) =>
        $$"""
            {{(File.Exists(Module) ? $"load_module {Module};" : "")}}
            daemon off;
            pid {{Path.Combine(setup.Directory, role)}}.pid;
            error_log stderr error;
            worker_processes auto;
            worker_rlimit_nofile 20000;
            events { worker_connections 16384; }
            stream {
            """;
}
