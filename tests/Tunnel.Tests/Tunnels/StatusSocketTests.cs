using System.Net.Sockets;
using System.Text;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Tunnels;

/// <summary>Answers that are larger than what the system holds for somebody who does not read.</summary>
[Platform("Linux")]
public sealed class StatusSocketTests
{
    private const string Request = "sessions\n";

    private static readonly string _answer = string.Concat(Enumerable.Range(0, 1_000_000).Select(i => $"{i} "));

    private TempDirectory _files = null!;
    private DeadlineWheel _wheel = null!;
    private StatusSocket _socket = null!;
    private Task _running = null!;

    [SetUp]
    public void Start()
    {
        _files = new TempDirectory();
        _wheel = new DeadlineWheel(TimeProvider.System);
        _socket = StatusSocket.Bind(_files.File("status"));
        _running = _socket.RunAsync(request => Task.FromResult(request + _answer), _wheel);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _socket.Dispose();
        await _running.WaitAsync(Wire.Patience);
        _wheel.Dispose();
        _files.Dispose();
    }

    [Test]
    public async Task All_of_it_arrives_at_somebody_who_reads_in_small_pieces()
    {
        using var asker = await AskAsync();
        Assert.That(await ReadAsync(asker), Is.EqualTo(Request.Trim() + _answer));
    }

    /// <summary>As many as there are places, and more: the last is answered when the first have been cut.</summary>
    [Test]
    public async Task Those_who_do_not_read_lose_their_places()
    {
        var askers = new List<Socket>();
        for (var i = 0; i < 64; i++)
        {
            askers.Add(await AskAsync());
        }

        using var last = await AskAsync();
        Assert.That(await ReadAsync(last).WaitAsync(Wire.Patience), Is.EqualTo(Request.Trim() + _answer));
        askers.ForEach(asker => asker.Dispose());
    }

    private async Task<Socket> AskAsync()
    {
        var asker = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // It blocks while the queue is full.
        asker.Connect(new UnixDomainSocketEndPoint(_files.File("status")));
        await asker.SendAsync(Encoding.UTF8.GetBytes(Request));
        return asker;
    }

    private static async Task<string> ReadAsync(Socket asker)
    {
        using var text = new MemoryStream();
        var piece = new byte[1000];
        int count;
        while ((count = await asker.ReceiveAsync(piece)) > 0)
        {
            text.Write(piece, 0, count);
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
