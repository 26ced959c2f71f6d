using NUnit.Framework;
using Tunnel.Reports;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// A configuration is read again by itself, whichever way its files are replaced, and only as a whole.
/// </summary>
[Platform("Linux,MacOsX")]
public sealed class FileWatchTests(BackendPair backends) : ConfiguredTests(backends)
{
    private protected override ConfiguredProcess New() => new() { WatchesFiles = true };

    [Test]
    public async Task The_configuration_is_written_again()
    {
        using var other = Wire.Listen();
        var target = $"port: {Process.Target.EndPoint().Port}";

        Process.Write(Process.Text.Replace(target, $"port: {other.EndPoint().Port}"));

        await ReachedAsync(generation: 2);
        (await Process.OpenAsync(other)).Application.Dispose();
    }

    [Test]
    public async Task A_file_is_put_in_the_place_of_another_one()
    {
        using var other = Wire.Listen();
        var text = Process.Text.Replace($"port: {Process.Target.EndPoint().Port}", $"port: {other.EndPoint().Port}");

        File.Move(Process.Files.Write("tunnels.yaml.new", text), Process.Path, overwrite: true);

        await ReachedAsync(generation: 2);
        (await Process.OpenAsync(other)).Application.Dispose();
    }

    [Test]
    public async Task Certificate_and_key_come_one_after_the_other()
    {
        var old = Process.Of("s").Plan;
        var renewed = Process.Root.Issue(new TestLeaf { CommonName = "renewed" });
        var (cert, key) = renewed.WriteFiles(Process.Files.Path, "new");
        var log = CapturedLog.Listen();

        File.Move(cert, Process.Certificates.ServerCert, overwrite: true);
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.That(Process.Of("s").Plan, Is.SameAs(old), "half a change");
        File.Move(key, Process.Certificates.ServerKey, overwrite: true);

        await ReachedAsync(generation: 2);
        CapturedLog.Leave(log);
        var lines = CapturedLog.Come(log).Select(line => line.FormattedMessage);
        Assert.That(lines, Has.None.Contains("refused"), "what fits in the end is no fault");
        await Process.OpenAsync();
        Assert.That(Process.Of("c").Table.Records().Single().Identity, Is.EqualTo("renewed"));
    }

    [Test]
    public async Task A_directory_behind_a_link_is_exchanged_as_Kubernetes_does()
    {
        await using var process = new ConfiguredProcess { WatchesFiles = true };
        var volume = Directory.CreateDirectory(process.Files.File("volume")).FullName;
        Fill("..one", new TestLeaf { CommonName = "one" });
        Directory.CreateSymbolicLink(Path.Combine(volume, "..data"), "..one");
        foreach (var name in new[] { "server.crt", "server.key" })
        {
            File.CreateSymbolicLink(Path.Combine(volume, name), Path.Combine("..data", name));
        }

        process.UseServerFiles(Path.Combine(volume, "server.crt"), Path.Combine(volume, "server.key"));
        await process.StartAsync();

        Fill("..two", new TestLeaf { CommonName = "two" });
        Directory.CreateSymbolicLink(Path.Combine(volume, "..data_tmp"), "..two");
        // rename(2), which the class library does not do with a link to a directory.
        await Tool.RunAsync("mv", "-T", Path.Combine(volume, "..data_tmp"), Path.Combine(volume, "..data"));

        await Eventually.HoldsAsync(() => process.Set.Generation == 2, () => "it was not noticed");
        await process.OpenAsync();
        Assert.That(process.Of("c").Table.Records().Single().Identity, Is.EqualTo("two"));

        void Fill(string directory, TestLeaf leaf) =>
            process
                .Root.Issue(leaf)
                .WriteFiles(Directory.CreateDirectory(Path.Combine(volume, directory)).FullName, "server");
    }

    [Test]
    public async Task What_stays_wrong_is_reported_once_and_taken_when_it_is_right()
    {
        var log = CapturedLog.Listen();
        Process.Write("tunnels: [");

        await Eventually.HoldsAsync(
            () => CapturedLog.Come(log).Any(line => line.FormattedMessage.Contains("serves on")),
            () => "nothing was reported"
        );
        Assert.That(Process.Set.Generation, Is.EqualTo(1));

        Process.ClientPort = Wire.FreePort();
        Process.Write();
        await ReachedAsync(generation: 2);
        CapturedLog.Leave(log);
    }

    [Test]
    public async Task When_the_old_configuration_is_written_back_nothing_is_found_wrong_any_more()
    {
        Process.Write("tunnels: [");
        await Process.ReloadAsync();
        Assert.That(Found(), Is.EqualTo([FindingCode.ReloadRefused]));

        Process.Write();

        await Eventually.HoldsAsync(() => Found().Length == 0, () => string.Join(' ', Found()));
        Assert.That(Process.Set.Generation, Is.EqualTo(1));

        FindingCode[] Found() => [.. Process.Set.Report().Findings.Select(finding => finding.Code)];
    }

    [Test]
    public async Task A_file_that_was_touched_changes_nothing()
    {
        var plan = Process.Of("s").Plan;
        File.SetLastWriteTimeUtc(Process.Certificates.ServerCert, DateTime.UtcNow.AddMinutes(-5));
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.That((Process.Set.Generation, Process.Of("s").Plan), Is.EqualTo((1, plan)));
    }

    private async Task ReachedAsync(int generation) =>
        await Eventually.HoldsAsync(
            () => Process.Set.Generation == generation,
            () => $"generation {Process.Set.Generation}, not {generation}"
        );
}
