using Tunnel.Certs;

namespace Tunnel.Cli;

/// <summary>The work of <c>tunnel certs init</c>, told in words.</summary>
internal static class CertsInitText
{
    public static int Run(CertsInitOptions options, TextWriter output)
    {
        var made = CertsInit.Run(
            options.Directory,
            options.ServerNames,
            options.ClientName ?? CertsInit.DefaultClientName
        );
        output.WriteLine($"Made in {made.Directory}, keys readable by you alone:");
        output.WriteLine($"  {made.CaCert}      CA certificate, for both sides");
        output.WriteLine($"  {made.CaKey}      CA key: issues more certificates; keep it away from both sides");
        output.WriteLine($"  {made.ServerCert}  server, for {string.Join(", ", made.ServerNames)}");
        output.WriteLine($"  {made.ServerKey}");
        output.WriteLine($"  {made.ClientCert}  client, named {made.ClientName}");
        output.WriteLine($"  {made.ClientKey}");
        output.WriteLine();
        output.WriteLine("In the server's file                     In the client's file");
        output.WriteLine("  tls:                                     remote_server:");
        output.WriteLine($"    server_cert: {made.ServerCert, -24}    server_ca_cert: {made.CaCert}");
        output.WriteLine($"    server_key: {made.ServerKey, -24}   tls:");
        output.WriteLine($"    client_ca_cert: {made.CaCert, -21}    client_cert: {made.ClientCert}");
        output.WriteLine($"    allowed_client_cns: [{made.ClientName}]  client_key: {made.ClientKey}");
        return ExitCode.Ok;
    }
}
