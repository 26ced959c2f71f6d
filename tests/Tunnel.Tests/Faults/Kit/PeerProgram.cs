using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>
/// This assembly as a program: applications or a target in a process of their own, which can be killed or stopped as a
/// whole. It runs until then, or until its input ends.
/// </summary>
internal static class PeerProgram
{
    /// <summary>Sessions begin with this number, so that they are none of the tests' own.</summary>
    public const int FirstSession = 1_000_000;

    private static async Task<int> Main(string[] args)
    {
        int[] numbers = [.. args.Skip(1).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        switch (args[0], numbers)
        {
            case ("target", [var port]):
                using (new TalkTarget(Wire.Listen(port)))
                {
                    await Console.Out.WriteLineAsync("listens");
                    await Console.In.ReadToEndAsync();
                }

                return 0;
            case ("applications", [var port, var bulk, var quiet]):
                for (var number = 0; number < bulk + quiet; number++)
                {
                    var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(IPAddress.Loopback, port);
                    Talk.Begin(socket, FirstSession + number, isBulk: number < bulk);
                }

                await Console.Out.WriteLineAsync("all are connected");
                await Console.In.ReadToEndAsync();
                return 0;
            default:
                return 2;
        }
    }
}
