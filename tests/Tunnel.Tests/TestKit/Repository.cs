namespace Tunnel.Tests.TestKit;

/// <summary>The source that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder with <c>Tunnel.sln</c>.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Tunnel.sln")))
        {
            directory = directory.Parent!;
        }

        return directory.FullName;
    }
}
