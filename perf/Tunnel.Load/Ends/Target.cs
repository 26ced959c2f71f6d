using System.Net.Sockets;

namespace Tunnel.Load.Ends;

/// <summary>The process that the tunnels under test forward to.</summary>
internal static class Target
{
    /// <summary>A thread per connection and blocking calls: cheapest where connections are few.</summary>
    public const string Threads = "threads";

    /// <summary>One event thread that echoes on all connections: cheapest where they are many.</summary>
    public const string Events = "events";

    /// <summary>Serves until its standard input ends, so that it cannot outlive the run.</summary>
    public static void Run(string style, int port)
    {
        var listener = Wire.Listen(port);
        var accepting = new Thread(() => AcceptAll(listener, style)) { IsBackground = true };
        accepting.Start();
        while (Console.In.Read() >= 0) { }
    }

    private static void AcceptAll(Socket listener, string style)
    {
        while (true)
        {
            var socket = listener.Accept();
            socket.NoDelay = true;
            if (style == Events)
            {
                new EventEcho(socket).Start();
            }
            else
            {
                new Thread(() => ThreadTarget.Serve(socket)) { IsBackground = true }.Start();
            }
        }
    }
}
