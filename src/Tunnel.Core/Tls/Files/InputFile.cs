using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>A file to read: what messages call it, such as "CA file", and the setting that names it.</summary>
internal sealed record InputFile(string What, FileSetting Setting)
{
    public string Path => Setting.Path;

    /// <summary>The whole file, whatever its content.</summary>
    /// <exception cref="TlsSetupException">
    /// It cannot be read, or others than its owner have access although it is <see cref="FileSetting.OwnerOnly"/>.
    /// </exception>
    public byte[] Read()
    {
        try
        {
            if (Setting.OwnerOnly && SecretFile.WhyExposed(Path) is { } why)
            {
                throw Fault(why);
            }

            return File.ReadAllBytes(Path);
        }
        catch (Exception e) when (UnreadableFile.IsCause(e))
        {
            throw Fault(UnreadableFile.Of(Path, e));
        }
    }

    /// <summary>A fault of the whole file: <paramref name="found"/> follows its name, as in "is empty".</summary>
    public TlsSetupException Fault(Trouble found) => new(found.Behind($"{this} "));

    /// <summary>A fault of something inside the file or related to it: a whole sentence.</summary>
    public TlsSetupException FaultInside(Trouble sentence) => new(sentence.Behind($"{this}: "));

    /// <summary>
    /// Preceded by its place in the configuration: <c>client.yaml:9:16: tls.client_cert: certificate file own.crt</c>.
    /// </summary>
    public override string ToString() =>
        Setting is { Place: { } place, Key: { } key } ? $"{place}: {key}: {What} {Path}" : $"{What} {Path}";
}
