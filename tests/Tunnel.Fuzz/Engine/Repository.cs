namespace Tunnel.Fuzz.Engine;

/// <summary>The source that this program was built from.</summary>
internal static class Repository
{
    /// <summary>The folder with <c>Tunnel.sln</c>.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Tunnel.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("not built within the repository");
        }

        return directory.FullName;
    }
}
