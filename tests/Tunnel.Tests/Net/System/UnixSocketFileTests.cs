using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net;

[Platform("Linux,MacOsX")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[UnsupportedOSPlatform("windows")]
public sealed class UnixSocketFileTests : IDisposable
{
    private readonly TempDirectory _files = new();
    private readonly string _path;

    [DllImport("libc", EntryPoint = "umask")]
    private static extern int SetMask(int mask);

    [TestCase(0x1ff, 0x1b0)]
    [TestCase(0x3f, 0x1b0)]
    [TestCase(0, 0x180)]
    [TestCase(0, 0x1b6)]
    public void The_file_has_the_mode_that_was_asked_for_whatever_the_umask(int mask, int mode)
    {
        var before = SetMask(mask);
        try
        {
            using var listener = UnixSocketFile.Listen(new UnixEndPoint(_path), 1, (UnixFileMode)mode, null);
            Assert.That(File.GetUnixFileMode(_path), Is.EqualTo((UnixFileMode)mode));
        }
        finally
        {
            _ = SetMask(before);
        }
    }

    [Test]
    public void The_file_is_given_to_the_owner_by_name_and_number()
    {
        if (Environment.UserName != "root")
        {
            Assert.Ignore("only root may give files to others");
        }

        using (UnixSocketFile.Listen(new UnixEndPoint(_path), 1, (UnixFileMode)0x1b0, "daemon:1234"))
        {
            Assert.That(OwnerOf(_path), Is.EqualTo("1:1234"));
        }

        using (UnixSocketFile.Listen(new UnixEndPoint(_path), 1, (UnixFileMode)0x1b0, ":daemon"))
        {
            Assert.That(OwnerOf(_path), Is.EqualTo("0:1"));
        }
    }

    [TestCase("no-such-user", "this machine has no user 'no-such-user'")]
    [TestCase(":no-such-group", "this machine has no group 'no-such-group'")]
    public void An_owner_that_does_not_exist_is_named_and_nothing_is_left(string owner, string words)
    {
        var failure = Assert.Throws<UnusableSocketException>(() =>
            UnixSocketFile.Listen(new UnixEndPoint(_path), 1, (UnixFileMode)0x1b0, owner)
        );
        Assert.That(failure!.Message, Does.StartWith(words));
        Assert.That(File.Exists(_path), Is.False);
    }

    [Test]
    public void An_abstract_name_that_is_in_use_is_refused()
    {
        var at = new UnixEndPoint($"@{Guid.NewGuid():N}");
        using var listener = UnixSocketFile.Listen(at, 1, default, null);
        var failure = Assert.Throws<UnusableSocketException>(() => UnixSocketFile.Listen(at, 1, default, null));
        Assert.That(failure!.Message, Does.StartWith("another process listens there"));
    }

    private static string OwnerOf(string path)
    {
        using var stat = Process.Start(
            new ProcessStartInfo("stat", ["-c", "%u:%g", path]) { RedirectStandardOutput = true }
        )!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }

    public UnixSocketFileTests() => _path = _files.File("s.sock");

    public void Dispose() => _files.Dispose();

    [Test]
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

        var failure = Assert.Throws<UnusableSocketException>(() => UnixSocketFile.Listen(_path, 1).Dispose());

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

        Assert.Throws<UnusableSocketException>(() => UnixSocketFile.Listen(_path, 1).Dispose());

        Assert.That(new FileInfo(_path).Attributes, Is.Not.EqualTo((FileAttributes)(-1)), "it is gone");
        Assert.That(what != "file" || File.ReadAllText(_path) == "precious");
    }

    [Test]
    public void A_directory_that_is_missing_is_told()
    {
        var failure = Assert.Throws<UnusableSocketException>(() =>
            UnixSocketFile.Listen(_files.File("no/s.sock"), 1).Dispose()
        );

        Assert.That(failure.Message, Does.StartWith("its directory does not exist; "));
    }
}
