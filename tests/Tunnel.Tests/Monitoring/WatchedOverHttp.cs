using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Monitoring;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Monitoring;

/// <summary>Tests of what is asked over HTTP: a monitor of a process of the test's choice, and a client.</summary>
public abstract class WatchedOverHttp
{
    private protected const string Token = "0123456789abcdef0123456789abcdef";

    private Watchers _watchers = null!;

    private protected HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    private protected Uri Address => _watchers.Address!;

    private protected async Task WatchAsync(FakeProcess process, string? token = null)
    {
        var settings = new MonitorSettings { Http = new HttpSettings(IPAddress.Loopback, 0, null) };
        _watchers = (await Watchers.StartAsync(settings, token, process))!;
    }

    [TearDown]
    public async Task StopAsync() => await _watchers.DisposeAsync();

    [OneTimeTearDown]
    public void DisposeOfClient() => Http.Dispose();

    /// <summary>The status and the body that come back.</summary>
    private protected async Task<(int Status, string Body)> GetAsync(
        string path,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Http.SendAsync(request).WaitAsync(Wire.Patience);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>What comes back for bytes that no client would send, up to the end of the stream.</summary>
    private protected async Task<string> SendRawAsync(string request)
    {
        using var socket = await Wire.DialAsync(new IPEndPoint(IPAddress.Loopback, Address.Port));
        var answer = socket.ReadToEndAsync();
        try
        {
            await socket.SendAllAsync(Encoding.Latin1.GetBytes(request));
            return Encoding.Latin1.GetString(await answer.WaitAsync(Wire.Patience));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return "cut";
        }
    }
}
