using System.Diagnostics;
using System.Net;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Cli;

/// <summary><c>tunnel demo</c> as its user sees it.</summary>
public sealed class DemoTests
{
    private readonly List<string> _lines = [];

    [Test]
    public async Task Stay_shows_why_a_visitor_was_turned_away()
    {
        using var demo = Process.Start(TunnelProgram.StartInfo(["demo", "--stay", "--size", "1"]))!;
        try
        {
            var server = IPEndPoint.Parse((await LineAsync(demo, "  tunnel server  ")).Split(' ')[^1]);
            await LineAsync(demo, "Ctrl+C ends it.");

            using var application = await Wire.DialAsync(server);
            await application.SendAllAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

            // Not the demo's own session, which may end only now.
            Assert.That(
                await LineAsync(demo, $" peer={application.LocalEndPoint} "),
                Does.Contain("detail=\"the peer does not speak TLS")
            );
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
