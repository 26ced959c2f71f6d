namespace Tunnel.Tests.TestKit;

/// <summary>
/// <c>openssl s_server</c> that demands a client certificate and answers every line with the same line backwards.
/// </summary>
public sealed class OpenSslServer : IAsyncDisposable
{
    private readonly TempDirectory _files = new();
    private readonly OpenSslProcess _process;

    private OpenSslServer(TestCa root, string version, TestCa trusts)
    {
        var (cert, key) = root.Issue(new TestLeaf { CommonName = "server" }).WriteFiles(_files.Path, "server");
        _process = OpenSslProcess.Start([
            .. (string[])["s_server", "-accept", "127.0.0.1:0", "-rev", $"-{version}"],
            .. (string[])["-cert", cert, "-key", key, "-CAfile", trusts.WriteFile(_files.Path)],
            .. (string[])["-Verify", "3", "-verify_return_error"],
        ]);
    }

    public int Port { get; private set; }

    /// <param name="version">As openssl's option has it, <c>tls1_2</c>.</param>
    /// <param name="trusts">The CA whose clients it accepts.</param>
    public static async Task<OpenSslServer> StartAsync(TestCa root, string version, TestCa trusts)
    {
        var server = new OpenSslServer(root, version, trusts);
        var line = await server._process.LineAsync(line => line.StartsWith("ACCEPT", StringComparison.Ordinal));
        server.Port = int.Parse(line[(line.LastIndexOf(':') + 1)..]);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _files.Dispose();
    }
}
