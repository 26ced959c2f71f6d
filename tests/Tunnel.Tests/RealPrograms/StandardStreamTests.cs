using System.Diagnostics;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>Started with some of its standard streams closed: their numbers must not go to a connection.</summary>
public sealed class StandardStreamTests
{
    [Test]
    public async Task Any_of_them_may_be_closed([Range(1, 7)] int closed)
    {
        using var echo = new EchoService();
        using var files = new TempDirectory();
        var port = Wire.FreePort();
        var pems = PairFiles.Write(files, new PairOptions());
        var config = files.Write(
            "server.yaml",
            $$"""
            server_listener: {host: 127.0.0.1, port: {{port}}}
            target_service: {host: 127.0.0.1, port: {{echo.Port}}}
            tls: {server_cert: {{pems.ServerCert}}, server_key: {{pems.ServerKey}}, client_ca_cert: {{pems.ClientCa}}}
            logging: {log_file: {{files.File("log")}}}
            sandbox: {core_dumps: true}
            """
        );
        string[] all = ["<&-", ">&-", "2>&-"];
        var streams = string.Join(' ', all.Where((_, number) => (closed & (1 << number)) != 0));
        var start = TunnelProgram.StartInfo(
            ["server", "--config", config, "--verbose"],
            ["sh", "-c", $"exec \"$@\" {streams}", "sh"]
        );
        using var process = Process.Start(start)!;
        try
        {
            await Eventually.HoldsAsync(
                () => process.HasExited || Log(files).Contains(" listening on "),
                () => "it does not listen"
            );
            Assert.That(process.HasExited, Is.False, $"it ended\n{Log(files)}");
            var visitors = new[]
            {
                await Wire.DialAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port)),
            };

            for (var number = 0; number < all.Length; number++)
            {
                var file = new FileInfo($"/proc/{process.Id}/fd/{number}").LinkTarget;
                Assert.That(file, Is.Not.Null.And.Not.StartsWith("socket:").And.Not.EndsWith("/log"), $"file {number}");
            }

            visitors[0].Dispose();
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static string Log(TempDirectory files) =>
        File.Exists(files.File("log")) ? File.ReadAllText(files.File("log")) : "";
}
