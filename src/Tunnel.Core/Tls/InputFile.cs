using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>A file to be read: how messages call it, such as "CA file", and what names it.</summary>
internal sealed record InputFile(string What, FileSetting Setting)
{
    public string Path => Setting.Path;

    /// <summary>The whole file, whatever it holds.</summary>
    /// <exception cref="CertificateException">It cannot be read.</exception>
    public byte[] Read()
    {
        try
        {
            return File.ReadAllBytes(Path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            var from = System.IO.Path.IsPathRooted(Path)
                ? ""
                : $" (looked for it from {Directory.GetCurrentDirectory()})";
            throw Fault($"does not exist{from}");
        }
        catch (UnauthorizedAccessException)
        {
            throw Fault(
                Directory.Exists(Path)
                    ? "is a directory"
                    : $"may not be read by {CurrentUser.Describe()}: permission denied on it, or on a directory above it"
            );
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw Fault($"cannot be read: {e.Message}");
        }
    }

    /// <summary>A fault of the file as a whole: <paramref name="found"/> goes on after its name, as in "is empty".</summary>
    public CertificateException Fault(string found) => new($"{this} {found}");

    /// <summary>A fault of something inside the file, or beside it: a sentence of its own.</summary>
    public CertificateException FaultInside(string sentence) => new($"{this}: {sentence}");

    /// <summary>With its place in the configuration in front: <c>client.yaml:9:16: tls.client_cert: certificate file own.crt</c>.</summary>
    public override string ToString() =>
        Setting is { Place: { } place, Key: { } key } ? $"{place}: {key}: {What} {Path}" : $"{What} {Path}";
}
