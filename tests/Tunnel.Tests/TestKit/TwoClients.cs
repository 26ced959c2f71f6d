using System.Net.Sockets;
using System.Threading.Channels;
using NLog;
using NUnit.Framework;
using Tunnel.Config;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// A <see cref="ConfiguredProcess"/> with two clients, <c>c</c> with its usual certificate and <c>d</c> with another
/// one, and a session of each. What is changed should concern the second alone.
/// </summary>
internal sealed class TwoClients : IDisposable
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    private readonly ConfiguredProcess _process;
    private readonly int _port = Wire.FreePort();
    private readonly Channel<LogEventInfo> _log = CapturedLog.Listen();
    private readonly List<Socket> _usual = [];
    private readonly List<Socket> _other = [];

    public TwoClients(ConfiguredProcess process, TestCertificate other)
    {
        (_process, Other) = (process, other);
        other.WriteFiles(process.Files.Path, "other");
    }

    /// <summary>What the other client presents.</summary>
    public TestCertificate Other { get; }

    /// <summary>What stands in the server's <c>tls</c> section, <c>key: value</c>; null: nothing.</summary>
    public string? AtServer { get; set; }

    /// <summary>The server's list of <c>access</c>, in brackets; null: none.</summary>
    public string? Access { get; set; }

    /// <summary>What stands in the other client's <c>tls</c> section.</summary>
    public string? AtOther { get; set; }

    /// <summary>File with the CA that the other client trusts; null: that of the first.</summary>
    public string? OthersCa { get; set; }

    /// <summary>Where the other client looks for its server; null: where it is.</summary>
    public int? OthersServerPort { get; set; }

    /// <summary>What else stands in the other client's <c>remote_server</c>; null: nothing.</summary>
    public string? AtOthersServer { get; set; }

    /// <summary>Of the server; null: that of the process.</summary>
    public Socket? Target { get; set; }

    /// <param name="ca">Of the other client.</param>
    public static async Task<TwoClients> StartAsync(
        ConfiguredProcess process,
        TestCa ca,
        Action<TwoClients>? prepare = null
    )
    {
        var clients = new TwoClients(process, ca.Issue(new TestLeaf { CommonName = "other" }));
        prepare?.Invoke(clients);
        await clients.ApplyAsync();
        await clients.OpenAsync();
        return clients;
    }

    /// <summary>Writes the configuration and reloads it.</summary>
    public async Task ApplyAsync()
    {
        var (usual, files) = ($"tls: {{ backend: {Word(TestBackends.Current.Server)}", _process.Files);
        var (target, other) = (_process.Target.EndPoint().Port, (Target ?? _process.Target).EndPoint().Port);
        var ca = OthersCa is null ? null : $"server_ca_cert: {OthersCa}";
        // The server is the first of the list.
        var text = _process.Text.Replace($"port: {target}", $"port: {other}");
        text = text.Insert(text.IndexOf(usual, StringComparison.Ordinal) + usual.Length, More(AtServer));
        text = text.Insert(
            text.IndexOf(usual, StringComparison.Ordinal),
            Access is null ? "" : $"access: {Access}\n    "
        );
        _process.Write(
            $"""
            {text}  - name: d
                local_listener: {"{"} host: 127.0.0.1, port: {_port} {"}"}
                remote_server: {"{"} port: {OthersServerPort ?? _process.ServerPort}{More(ca)}{More(
                AtOthersServer
            )} {"}"}
                tls:
                  backend: {Word(TestBackends.Current.Client)}
                  client_cert: {files.File("other.crt")}
                  client_key: {files.File("other.key")}
                  {AtOther}

            """
        );
        var result = await _process.ReloadAsync();
        Assert.That(result.IsAccepted, Is.True, result.Words);
    }

    /// <summary>Opens another session of each.</summary>
    public async Task OpenAsync()
    {
        foreach (var (client, sockets) in new[] { ("c", _usual), ("d", _other) })
        {
            sockets.Add(await _process.DialAsync(client));
            sockets.Add(await (Target ?? _process.Target).AcceptSoonAsync());
            await sockets[^2].PassAsync(sockets[^1], _words);
        }
    }

    /// <summary>All sessions of both go on.</summary>
    public async Task GoOnAsync()
    {
        await PassAsync(_usual);
        await PassAsync(_other);
    }

    /// <summary>The other client's sessions end with RST at both ends, and only those.</summary>
    /// <param name="words">In the detail.</param>
    /// <param name="by">The tunnel that ends them.</param>
    public async Task OtherIsEndedAsync(string words, string by = "s")
    {
        foreach (var socket in _other)
        {
            Assert.That(await socket.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        }

        for (var i = 0; i < _other.Count / 2; i++)
        {
            var closed = new ClosedSession(await LineAsync(line => Of(line, "reason") == "no_longer_allowed"));
            Assert.That(closed.ClosedBy, Is.EqualTo("tunnel"));
            Assert.That(closed.Identity, Is.EqualTo(by == "s" ? "other" : "server"));
            Assert.That(closed.Detail, Does.Contain(words));
        }

        await PassAsync(_usual);
    }

    /// <summary>
    /// The other client is not let in, by the server or by itself. RST can come at any moment, even before the
    /// application has heard that it is connected.
    /// </summary>
    /// <param name="byItself">
    /// The server takes part in the handshake until SslStream's client leaves, and has dialled the target by then.
    /// </param>
    public async Task OtherIsRefusedAsync(bool byItself = false)
    {
        SocketError? end;
        try
        {
            using var application = await _process.DialAsync("d");
            end = await application.EndAsync();
        }
        catch (SocketException e)
        {
            end = e.SocketErrorCode;
        }

        Assert.That(end, Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(!byItself && (Target ?? _process.Target).HasVisitor(), Is.False, "it has reached the target");
    }

    /// <summary>Waits for a line with these words.</summary>
    public Task<LogEventInfo> LineAsync(params string[] words) =>
        LineAsync(line => words.All(line.FormattedMessage.Contains));

    /// <summary>The lines with these words that have come since the last one that was waited for.</summary>
    public IEnumerable<string> Lines(string words) =>
        CapturedLog.Come(_log).Select(line => line.FormattedMessage).Where(text => text.Contains(words));

    public void Dispose()
    {
        CapturedLog.Leave(_log);
        _usual.ForEach(socket => socket.Dispose());
        _other.ForEach(socket => socket.Dispose());
    }

    private static string Word(TlsBackendSetting backend) => backend.ToString().ToLowerInvariant();

    private static string More(string? setting) => setting is null ? "" : $", {setting}";

    private static string? Of(LogEventInfo line, string field) =>
        line.Properties.TryGetValue(field, out var value) ? value?.ToString() : null;

    private static async Task PassAsync(List<Socket> sockets)
    {
        for (var i = 0; i < sockets.Count; i += 2)
        {
            await sockets[i].PassAsync(sockets[i + 1], _words);
            await sockets[i + 1].PassAsync(sockets[i], _words);
        }
    }

    private async Task<LogEventInfo> LineAsync(Func<LogEventInfo, bool> condition)
    {
        using var limit = new CancellationTokenSource(Wire.Patience);
        await foreach (var line in _log.Reader.ReadAllAsync(limit.Token))
        {
            if (condition(line))
            {
                return line;
            }
        }

        throw new TimeoutException("no such line");
    }
}
