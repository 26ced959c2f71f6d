using Tunnel.Config;

namespace Tunnel.Fuzz.Targets;

/// <summary>A file that holds an input, for code that reads files; where it can be, in memory.</summary>
internal static class Scratch
{
    private const string Memory = "/dev/shm";

    private static readonly string _path = MakePath();

    /// <returns>The file, which is another input's the next time.</returns>
    public static FileSetting Holding(byte[] input)
    {
        File.WriteAllBytes(_path, input);
        return new FileSetting(_path);
    }

    /// <returns>A path where nothing is.</returns>
    public static string Socket()
    {
        File.Delete(_path);
        return _path;
    }

    private static string MakePath()
    {
        var folder = Directory.Exists(Memory) ? Memory : Path.GetTempPath();
        var path = Path.Combine(folder, $"tunnel-fuzz-{Environment.ProcessId}");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(path);
        return path;
    }
}
