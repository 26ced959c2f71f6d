using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Benchmarks;

/// <summary>
/// A message through client and server to an echo and back: eight socket hops. Both ends are blocking sockets and
/// allocate nothing, so what is allocated is the tunnel's: 0 bytes, once connected.
/// </summary>
public class RelayBenchmarks
{
    private readonly Profiles _profiles = new();
    private readonly Engine _engine = new();
    private RunningTunnel _server = null!;
    private RunningTunnel _client = null!;
    private Socket _target = null!;
    private Socket _socket = null!;
    private byte[] _message = [];
    private byte[] _echo = [];

    [Params(Backends.OpenSsl, Backends.SslStream)]
    public string Backend { get; set; } = Backends.OpenSsl;

    [Params(64, 64 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        _message = new byte[Size];
        _message.AsSpan().Fill(7);
        _echo = new byte[Size];
        _target = Loopback.Listen();
        new Thread(Echo) { IsBackground = true }.Start();
        var target = ((System.Net.IPEndPoint)_target.LocalEndPoint!).Port;
        var backend = Backends.Get(Backend);
        _server = Start(_profiles.ServerSettings(0, target), backend);
        _client = Start(_profiles.ClientSettings(((IPEndPoint)_server.Endpoints[0]).Port), backend);
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(_client.Endpoints[0]);
        PingPong();
        if (!_echo.AsSpan().SequenceEqual(_message))
        {
            throw new InvalidOperationException("the echo differs");
        }
    }

    [Benchmark]
    public void PingPong()
    {
        _socket.Send(_message);
        for (var have = 0; have < Size; )
        {
            var count = _socket.Receive(_echo.AsSpan(have));
            have += count > 0 ? count : throw new InvalidOperationException("the tunnel closed the connection");
        }
    }

    [GlobalCleanup]
    public void Close()
    {
        _socket.Dispose();
        _client.DrainAsync(TimeSpan.Zero).GetAwaiter().GetResult();
        _server.DrainAsync(TimeSpan.Zero).GetAwaiter().GetResult();
        _target.Dispose();
        _profiles.Dispose();
    }

    private RunningTunnel Start(TunnelSettings settings, ITlsBackend backend) =>
        RunningTunnel
            .StartAsync(TunnelCandidate.Of(settings, TlsProfiles.Of(settings), backend), _engine)
            .GetAwaiter()
            .GetResult();

    private void Echo()
    {
        using var socket = _target.Accept();
        socket.NoDelay = true;
        var buffer = new byte[Size];
        try
        {
            int count;
            while ((count = socket.Receive(buffer)) > 0)
            {
                socket.Send(buffer.AsSpan(0, count));
            }
        }
        catch (SocketException)
        {
            // The pair is being taken down.
        }
    }
}
