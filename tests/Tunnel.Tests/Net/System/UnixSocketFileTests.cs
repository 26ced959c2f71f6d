using System.Net.Sockets;
using System.Runtime.Versioning;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net;

[Platform("Linux,MacOsX")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UnixSocketFileTests : IDisposable
{
    private readonly TempDirectory _files = new();
    private readonly string _path;

    public UnixSocketFileTests() => _path = _files.File("s.sock");

    public void Dispose() => _files.Dispose();

    [Test]
    [UnsupportedOSPlatform("windows")]
    public void The_file_is_for_its_owner_alone_and_lives_as_long_as_the_socket()
    {
        using (UnixSocketFile.Listen(_path, 1))
        {
            Assert.That(File.GetUnixFileMode(_path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        Assert.That(Path.Exists(_path), Is.False);
    }

    [Test]
    public async Task A_socket_that_a_killed_process_left_behind_is_replaced()
    {
        using (var old = UnixSocketFile.Listen(_path, 1))
        {
            // The file outlives the socket under another name, as nobody removes it there.
            File.Move(_path, _files.File("left behind"));
        }

        File.Move(_files.File("left behind"), _path);
        using var listener = UnixSocketFile.Listen(_path, 1);

        using var asker = UnixSocketFile.New();
        await asker.ConnectAsync(new UnixDomainSocketEndPoint(_path)).WaitAsync(Wire.Patience);
    }

    [Test]
    public void A_socket_that_somebody_listens_on_is_left_alone([Values] bool hangs)
    {
        using var listener = UnixSocketFile.Listen(_path, 0);
        using var waiting = UnixSocketFile.New();
        if (hangs)
        {
            waiting.Connect(new UnixDomainSocketEndPoint(_path));
        }

        var failure = Assert.Throws<IOException>(() => UnixSocketFile.Listen(_path, 1).Dispose());

        Assert.That(failure.Message, Does.StartWith("another process listens there; "));
        Assert.That(Path.Exists(_path), Is.True);
    }

    [TestCase("file")]
    [TestCase("empty file")]
    [TestCase("directory")]
    [TestCase("dangling link")]
    public void What_is_no_socket_is_left_alone(string what)
    {
        switch (what)
        {
            case "directory":
                Directory.CreateDirectory(_path);
                break;
            case "dangling link":
                File.CreateSymbolicLink(_path, "nowhere");
                break;
            default:
                File.WriteAllText(_path, what == "file" ? "precious" : "");
                break;
        }

        Assert.Throws<IOException>(() => UnixSocketFile.Listen(_path, 1).Dispose());

        Assert.That(new FileInfo(_path).Attributes, Is.Not.EqualTo((FileAttributes)(-1)), "it is gone");
        Assert.That(what != "file" || File.ReadAllText(_path) == "precious");
    }

    [Test]
    public void A_directory_that_is_missing_is_told()
    {
        var failure = Assert.Throws<IOException>(() => UnixSocketFile.Listen(_files.File("no/s.sock"), 1).Dispose());

        Assert.That(failure.Message, Does.StartWith("its directory does not exist; "));
    }
}
