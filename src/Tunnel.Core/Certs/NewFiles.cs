using System.Text;

namespace Tunnel.Certs;

/// <param name="IsSecret">For its owner only, from the moment it exists.</param>
internal sealed record NewFile(string Path, string Text, bool IsSecret);

/// <summary>Writes a set of files that do not exist yet: all of them or none.</summary>
internal static class NewFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Readable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <exception cref="CertsInitException">One exists already, or the directory cannot be written.</exception>
    public static void Write(string directory, IReadOnlyList<NewFile> files)
    {
        var existing = files.Where(file => Path.Exists(file.Path)).Select(file => file.Path).ToList();
        if (existing.Count > 0)
        {
            throw new CertsInitException(
                Trouble.Of(
                    $"nothing was written, because these exist already: {string.Join(", ", existing)}",
                    "choose another directory or move them away"
                )
            );
        }

        var undo = new List<string>();
        try
        {
            CreateDirectory(directory);
            foreach (var file in files)
            {
                using var stream = CreateNew(Temporary(file), file.IsSecret);
                undo.Add(Temporary(file));
                stream.Write(Encoding.ASCII.GetBytes(file.Text));
            }

            foreach (var file in files)
            {
                File.Move(Temporary(file), file.Path);
                undo.Add(file.Path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            undo.ForEach(File.Delete);
            throw new CertsInitException(
                Trouble.Of($"cannot write certificates to {directory}: {e.Message}", "Choose another directory.", " ")
            );
        }
    }

    // With the process id, two runs at once do not write into each other's files.
    private static string Temporary(NewFile file) => $"{file.Path}.{Environment.ProcessId}.tmp";

    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static FileStream CreateNew(string path, bool isSecret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = isSecret ? OwnerOnly : Readable;
        }

        return new FileStream(path, options);
    }
}
