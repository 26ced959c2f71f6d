using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Tunnel.Cli.Diagnosis;

/// <summary>A new <c>.tar.gz</c> of texts that only its owner can read.</summary>
internal static class Bundle
{
    private const string OtherPath = "name another --output";

    /// <exception cref="BundleException">The file exists already, or cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<(string Name, string Text)> parts)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = Create(path, options);
        try
        {
            Write(file, parts);
        }
        catch (IOException e)
        {
            // Half of one is of no use to anybody.
            File.Delete(path);
            throw new BundleException(Trouble.Of($"{path} cannot be written: {e.Message}", OtherPath));
        }
    }

    private static FileStream Create(string path, FileStreamOptions options)
    {
        try
        {
            return new FileStream(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var why = File.Exists(path) ? "exists already" : $"cannot be written: {e.Message}";
            throw new BundleException(Trouble.Of($"{path} {why}", OtherPath));
        }
    }

    private static void Write(FileStream file, IReadOnlyList<(string Name, string Text)> parts)
    {
        using var packed = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        using var archive = new TarWriter(packed);
        foreach (var (name, text) in parts)
        {
            archive.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, $"tunnel-diag/{name}")
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
        }
    }
}

/// <summary>There is no bundle; the message says why and what to do.</summary>
internal sealed class BundleException(Trouble trouble) : ExplainedException(trouble, ExitCodes.BadInput);
