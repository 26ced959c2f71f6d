using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NLog;
using NUnit.Framework;
using Tunnel.Certs;
using Tunnel.Cli.Demo;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Cli;

/// <summary><c>tunnel demo</c> as its user sees it.</summary>
public sealed class DemoTests
{
    private readonly List<string> _lines = [];

    [Test]
    public async Task A_failure_is_told_with_its_cause()
    {
        var configuration = LogManager.Configuration;
        using var files = new TempDirectory();
        try
        {
            var certs = CertsInit.Run(files.File("certs"), [], CertsInit.DefaultClientName);
            using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            using var engine = new Engine();
            var demo = await DemoPair.StartAsync(certs, ((IPEndPoint)nobody.LocalEndPoint!).Port, engine);

            await Assert.ThrowsAsync<SocketException>(new Transfer(demo.Client.Endpoints[0], 1 << 20).RunAsync);
            Assert.That(
                await demo.Log.WhyAsync(),
                Does.Contain("closed by target: unreachable: ").And.Contain("refused")
            );
            await demo.StopAsync();
        }
        finally
        {
            LogManager.Configuration = configuration;
        }
    }

    [Test]
    public async Task Stay_shows_why_a_visitor_was_turned_away()
    {
        using var demo = Process.Start(TunnelProgram.StartInfo(["demo", "--stay", "--size", "1"]))!;
        try
        {
            var client = IPEndPoint.Parse((await LineAsync(demo, "  tunnel client  ")).Split(' ')[^1]);
            var server = IPEndPoint.Parse((await LineAsync(demo, "  tunnel server  ")).Split(' ')[^1]);
            await LineAsync(demo, "Ctrl+C ends it.");

            using var application = await Wire.DialAsync(server);
            await application.SendAllAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

            // Not the demo's own session, which may end only now.
            Assert.That(
                await LineAsync(demo, $" peer={application.LocalEndPoint} "),
                Does.Contain("detail=\"the peer does not speak TLS")
            );

            (await Wire.DialAsync(client)).Dispose();
            // An address, not a name: there are machines that resolve none.
            await LineAsync(demo, $" target={server} ");
        }
        finally
        {
            Process.Start("sh", ["-c", $"kill -TERM {demo.Id}"]).Dispose();
        }

        await demo.WaitForExitAsync().WaitAsync(Wire.Patience);
        Assert.That(demo.ExitCode, Is.Zero);
    }

    private async Task<string> LineAsync(Process demo, string part)
    {
        while (await demo.StandardOutput.ReadLineAsync().WaitAsync(Wire.Patience) is { } line)
        {
            _lines.Add(line);
            if (line.Contains(part))
            {
                return line;
            }
        }

        throw new AssertionException($"no line with '{part}' in:\n{string.Join('\n', _lines)}");
    }
}
