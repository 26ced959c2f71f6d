using System.Runtime.Versioning;
using System.Text;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Which keys there are at a time: all servers with the file must agree, and nothing else may.</summary>
public sealed class TicketKeysTests
{
    private readonly List<TlsNotice> _told = [];
    private ManualTime _time = null!;
    private readonly TempDirectory _directory = new();
    private string _file = "";

    [SetUp]
    public void WriteFile()
    {
        // Its noon is the beginning of a period.
        _time = new ManualTime();
        _file = _directory.Write("secrets", TicketFiles.Of(TicketFiles.Secret()));
    }

    [TearDown]
    public void Forget() => _told.Clear();

    [OneTimeTearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public void The_keys_are_those_that_HKDF_of_RFC_5869_makes()
    {
        // A secret of the bytes 0 to 47, and a period whose number is easy to write.
        var secret = Enumerable.Range(0, 48).Select(i => (byte)i).ToArray();
        var file = _directory.Write("known", Convert.ToBase64String(secret));
        var info = Convert.ToHexString([
            .. Encoding.ASCII.GetBytes("x-tunnel/1 session ticket keys"),
            .. new byte[7],
            9,
        ]);
        string[] options = ["digest:SHA256", $"hexkey:{Convert.ToHexString(secret)}", $"hexinfo:{info}"];
        var printed = OpenSslCommand.MustRun([
            "kdf",
            "-keylen",
            "80",
            .. options.SelectMany(option => (string[])["-kdfopt", option]),
            "HKDF",
        ]);

        using var ring = new TicketKeyRing(TicketSecrets.Load(file), 9);
        var key = ring.Sealing;

        byte[] made = [.. key.Name, .. key.Cipher, .. key.Mac];
        Assert.That(Convert.ToHexString(made), Is.EqualTo(printed.Trim().Replace(":", "")));
    }

    [Test]
    public void All_begin_a_period_at_the_same_moment_and_open_its_neighbours()
    {
        var (here, there) = (Keys(), Keys());
        var first = here.Current;
        Assert.That(there.Current.Sealing.Name.SequenceEqual(first.Sealing.Name), Is.True);

        _time.Advance(TicketKeyRing.PeriodLength - TimeSpan.FromTicks(1));
        Assert.That(here.Current, Is.SameAs(first));
        _time.Advance(TimeSpan.FromTicks(1));
        var second = here.Current;
        Assert.That(second.Sealing.Name.SequenceEqual(first.Sealing.Name), Is.False);
        Assert.That(second.Find(first.Sealing.Name), Is.Not.Null, "of the last period");
        Assert.That(first.Find(second.Sealing.Name), Is.Not.Null, "of one whose clock is ahead");

        _time.Advance(TicketKeyRing.PeriodLength);
        Assert.That(here.Current.Find(first.Sealing.Name), Is.Null);
        Assert.That(first.Find(here.Current.Sealing.Name), Is.Null);
    }

    [Test]
    public void A_new_file_counts_from_the_next_look_on_and_is_told_once()
    {
        var keys = Keys();
        var before = keys.Current;
        Add(TicketFiles.Secret());

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.That(keys.Current, Is.SameAs(before));
        _time.Advance(TimeSpan.FromSeconds(1));
        var after = keys.Current;

        Assert.That(after.Find(before.Sealing.Name), Is.Not.Null, "the second line still opens");
        Assert.That(before.Find(after.Sealing.Name), Is.Null, "the first line seals");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(keys.Current, Is.SameAs(after));
        Assert.That(_told, Is.EqualTo([new TlsNotice($"ticket keys: now derived from 2 secrets from {_file}")]));
    }

    [Test, Platform(Exclude = "Win")]
    public void A_link_that_leads_elsewhere_is_a_new_file()
    {
        var link = _directory.File("link");
        File.CreateSymbolicLink(link, _file);
        var keys = new TicketKeys(TicketSecrets.Load(link), _told.Add, _time);
        var before = keys.Current;
        var other = _directory.Write("other", TicketFiles.Of(TicketFiles.Secret()));
        File.SetLastWriteTimeUtc(other, File.GetLastWriteTimeUtc(_file));
        File.CreateSymbolicLink(_directory.File("new"), other);
        File.Move(_directory.File("new"), link, overwrite: true);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(keys.Current.Find(before.Sealing.Name), Is.Null);
    }

    [Test]
    public void A_file_that_cannot_be_used_changes_nothing_and_is_told_once_a_change()
    {
        var keys = Keys();
        var before = keys.Current;
        var good = File.ReadAllText(_file);

        File.WriteAllText(_file, "oops\n");
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.That(keys.Current, Is.SameAs(before));
        }

        File.Delete(_file);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(keys.Current, Is.SameAs(before));
        // The time goes on all the same.
        _time.Advance(TicketKeyRing.PeriodLength);
        Assert.That(keys.Current.Find(before.Sealing.Name), Is.Not.Null);
        Assert.That(keys.Current, Is.Not.SameAs(before));

        const string Until = "; until then the ticket keys stay unchanged";
        Assert.That(_told.Select(notice => notice.IsWarning), Is.EqualTo([true, true]));
        Assert.That(_told[0].Text, Does.Contain("line 1: is 3 bytes long").And.EndsWith(Until));
        Assert.That(_told[1].Text, Does.StartWith($"ticket key file {_file} does not exist; ").And.EndsWith(Until));
        File.WriteAllText(_file, TicketFiles.Of(TicketFiles.Secret()) + good);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(keys.Current.Find(before.Sealing.Name), Is.Not.Null);
        Assert.That(_told, Has.Count.EqualTo(3));
    }

    [Test, Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
    public void A_file_that_others_can_read_from_now_on_changes_nothing()
    {
        File.SetUnixFileMode(_file, (UnixFileMode)0b110_000_000);
        var setting = new FileSetting(_file) { OwnerOnly = true };
        var keys = new TicketKeys(TicketSecrets.Load(setting), _told.Add, _time);
        var before = keys.Current;
        File.WriteAllText(_file, TicketFiles.Of(TicketFiles.Secret()));
        File.SetUnixFileMode(_file, (UnixFileMode)0b110_000_100);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(keys.Current, Is.SameAs(before));
        Assert.That(_told.Single().Text, Does.StartWith($"ticket key file {_file} has mode 0604"));
    }

    private TicketKeys Keys() => new(TicketSecrets.Load(_file), _told.Add, _time);

    private void Add(string secret) => File.WriteAllText(_file, TicketFiles.Of(secret) + File.ReadAllText(_file));
}
