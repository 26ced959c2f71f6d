using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using NLog;
using Tunnel.Certs;
using Tunnel.Config;
using Tunnel.Diagnostics;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Relay;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Demo;

/// <summary>
/// The work of <c>tunnel demo</c>: everything that a tunnel needs, on this machine, and data through it.
/// </summary>
internal static class DemoRun
{
    public static async Task<int> RunAsync(DemoOptions options, TextWriter output)
    {
        var directory = Directory.CreateTempSubdirectory("tunnel-demo-");
        try
        {
            return await RunAsync(options, directory.FullName, output);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<int> RunAsync(DemoOptions options, string directory, TextWriter output)
    {
        using var engine = new Engine();
        using var arrived = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var certs = CertsInit.Run(Path.Combine(directory, "certs"), [], CertsInit.DefaultClientName);
        // Only the measured transfer is summed: with --stay others follow, on several connections at once.
        var summing = true;
        var target = new EchoTarget(
            engine,
            piece =>
            {
                if (summing)
                {
                    arrived.AppendData(piece);
                }
            }
        );
        var demo = await DemoPair.StartAsync(certs, target.EndPoint.Port, engine);
        var bytes = options.SizeMiB * 1024L * 1024;

        output.WriteLine("application --TCP--> tunnel client ==mutual TLS==> tunnel server --TCP--> echo target");
        output.WriteLine();
        output.WriteLine($"  tunnel client  {demo.Client.Endpoints[0]}");
        output.WriteLine($"  tunnel server  {demo.Server.Endpoints[0]}");
        output.WriteLine($"  echo target    {target.EndPoint}");
        output.WriteLine($"  certificates   throw-away ECDSA P-256 CA, server and client, in {certs.Directory}");
        output.WriteLine();
        output.WriteLine($"Sending {options.SizeMiB} MiB of random data there and back ...");
        var transfer = new Transfer(demo.Client.Endpoints[0], bytes);
        try
        {
            await transfer.RunAsync();
        }
        catch (SocketException e)
        {
            var why = await demo.Log.WhyAsync() ?? $"the application's connection: {e.Message}";
            output.WriteLine(Trouble.Of($"FAILED: {why}", "try again, and report it if it fails again"));
            return ExitCodes.Failed;
        }

        var session = await demo.Log.ServerLine;
        summing = false;
        var atTarget = Convert.ToHexStringLower(arrived.GetHashAndReset());
        var good = transfer.Sent == atTarget && transfer.Sent == transfer.CameBack;
        Report(output, options, transfer, atTarget, session);
        if (options.Stay && good)
        {
            await StayAsync(demo, certs, output);
        }

        await demo.StopAsync();
        target.Stop();
        return good ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static void Report(
        TextWriter output,
        DemoOptions options,
        Transfer transfer,
        string atTarget,
        LogEventInfo session
    )
    {
        string Field(string name) => DemoLog.Field(session, name);
        var speed = options.SizeMiB / transfer.Elapsed.TotalSeconds;
        output.WriteLine();
        output.WriteLine($"  negotiated     {Field("tls")}, {Field("cipher")}, by {Field("backend")}");
        output.WriteLine($"  server's peer  {Field("identity")}, verified; the client verified the server too");
        output.WriteLine($"  SHA-256 sent   {transfer.Sent}");
        output.WriteLine($"  at the target  {atTarget}  {Verdict(atTarget == transfer.Sent)}");
        output.WriteLine($"  came back      {transfer.CameBack}  {Verdict(transfer.CameBack == transfer.Sent)}");
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  throughput     {speed:0} MiB/s each way at once, application, target and checksums in the same "
                    + $"process"
            )
        );
        output.WriteLine(
            $"  session        {Field("session")}: {Field("sent")} bytes sent, {Field("received")} received, "
                + $"handshake {Field("handshake_ms")} ms, connect {Field("connect_ms")} ms, total "
                + $"{Field("total_ms")} ms, "
                + $"closed by {Field("closed_by")}: {Field("reason")}"
        );
    }

    private static async Task StayAsync(DemoPair demo, CertsInitResult certs, TextWriter output)
    {
        var port = ((IPEndPoint)demo.Client.Endpoints[0]).Port;
        var server = ((IPEndPoint)demo.Server.Endpoints[0]).Port;
        output.WriteLine();
        output.WriteLine("Still running. In another terminal:");
        output.WriteLine($"  nc 127.0.0.1 {port}   # what you type comes back through the tunnel; or, without nc:");
        output.WriteLine($"  bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}; echo hello >&3; head -n 1 <&3'");
        output.WriteLine($"  openssl s_client -connect 127.0.0.1:{server} -CAfile {certs.CaCert} \\");
        output.WriteLine($"    -cert {certs.ClientCert} -key {certs.ClientKey}   # straight to the server");
        output.WriteLine(
            $"  openssl s_client -connect 127.0.0.1:{server} -CAfile {certs.CaCert}   # refused: no certificate"
        );
        output.WriteLine("Ctrl+C ends it. The log of client and server:");
        output.WriteLine();
        output.Flush();
        using var log = LogSetup.Start(new LoggingSettings());
        await Signals.OfProcess.First;
    }

    private static string Verdict(bool same) => same ? "same" : "DIFFERENT: report it";
}
