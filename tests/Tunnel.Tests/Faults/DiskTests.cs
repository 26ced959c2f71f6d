using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.Faults.Kit;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults;

/// <summary>
/// The disk of the log is full: nobody waits for it, it is said once, and the log goes on when there is room.
/// </summary>
public sealed class DiskTests(TlsBackendSetting backend) : FaultTests(backend)
{
    private const string Missing = "missing from";

    [Test, Rounds]
    public async Task Is_full_and_has_room_again()
    {
        if (Environment.UserName != "root")
        {
            Needed.Missing("needs a file system of its own, which root may mount");
        }

        using var files = new TempDirectory();
        var log = files.File("log");
        await using var row = await Row.StartAsync(
            Options with
            {
                Client = $"logging: {{log_file: {log}/client.log}}",
                Server = $"logging: {{log_file: {log}/server.log}}",
                Under = _ => ["unshare", "--mount", "sh", "-c", $"{Mount(log)} && exec \"$@\"", "sh"],
            }
        );
        var talks = await row.TalkAsync();
        string[] disks = [Disk(row.Pair.Client.ProcessId, log), Disk(row.Pair.Server.ProcessId, log)];
        Array.ForEach(disks, Fill);

        // The first lines still fit into the last page that the log has.
        await row.ServesAsync();
        await row.ServesAsync();
        await row.Pair.Client.LineAsync(line => line.Contains(Missing) && line.Contains("client.log"));
        await row.Pair.Server.LineAsync(line => line.Contains(Missing) && line.Contains("server.log"));
        await row.ServesAsync();
        await row.ServesAsync();
        foreach (var talk in talks)
        {
            await talk.FlowsAsync();
        }

        Assert.That(Count(row.Pair.Client.Log), Is.EqualTo(1), row.Pair.Client.Log);
        Assert.That(Count(row.Pair.Server.Log), Is.EqualTo(1), row.Pair.Server.Log);
        var written = disks.Select(Ends).ToArray();
        Array.ForEach(disks, disk => File.Delete(Path.Combine(disk, "filler")));
        foreach (var talk in talks)
        {
            await talk.FinishAsync();
        }

        // What the full disk took of a line is the beginning of the first one that follows.
        foreach (var (disk, before) in disks.Zip(written))
        {
            await Eventually.HoldsAsync(
                () => Ends(disk) >= before + talks.Length - 1,
                () => $"{Ends(disk) - before} of {talks.Length} ends are written when there is room"
            );
        }

        await row.IsWholeAsync();
    }

    private static string Mount(string at) => $"mkdir -p {at} && mount -t tmpfs -o size=64k none {at}";

    // As the process sees it: nobody else has this mount.
    private static string Disk(int process, string log) => $"/proc/{process}/root{log}";

    private static void Fill(string disk)
    {
        using var filler = File.Create(Path.Combine(disk, "filler"), bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    // Sessions whose end is in the file.
    private static int Ends(string disk) =>
        File.ReadLines(Directory.GetFiles(disk, "*.log").Single()).Count(ClosedLine.Is);

    private static int Count(string log) =>
        log.Split('\n').Count(line => line.Contains(Missing, StringComparison.Ordinal));
}
