using System.Text;

namespace Tunnel.Config;

/// <summary>Reads a configuration file as text, whatever is found at the path.</summary>
internal static class ConfigText
{
    /// <summary>1 MiB. The examples have a few KiB.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly UTF8Encoding _strictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <param name="role">Whose file it should be; null: anybody's.</param>
    /// <exception cref="ConfigException">The file does not exist, or is not UTF-8 text of at most 1 MiB.</exception>
    public static string Read(string path, TunnelRole? role, Findings findings)
    {
        var bytes = ReadBytes(path, role, findings);
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw findings.Fatal(
                default,
                "the file is UTF-16 (its byte order mark says so)",
                "save it as UTF-8, which Windows editors offer beside 'Unicode'"
            );
        }

        try
        {
            return _strictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            var before = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Clamp(error.Index, 0, bytes.Length)));
            throw findings.Fatal(
                Position.Of(before, before.Length),
                "the file is not UTF-8 text: these bytes are not a character",
                "save it as UTF-8"
            );
        }
    }

    /// <exception cref="ConfigException">The text is too long or contains NULs.</exception>
    public static string Check(string text, Findings findings)
    {
        if (text.Length > MaxBytes)
        {
            throw TooLarge(findings);
        }

        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
        {
            throw findings.Fatal(
                Position.Of(text, nul),
                "the file contains a NUL character",
                "a configuration is plain UTF-8 text; this file is binary, damaged, or UTF-16"
            );
        }

        return text.TrimStart('\uFEFF');
    }

    private static byte[] ReadBytes(string path, TunnelRole? role, Findings findings)
    {
        var otherFile = $"name the {ExampleFile.Owner(role)} YAML file; {ExampleFile.Of(role)} is an example";
        try
        {
            // Pipes have no length and devices no end: read up to the limit instead of asking.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var buffer = new byte[MaxBytes + 1];
            var count = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return count <= MaxBytes ? buffer[..count] : throw TooLarge(findings);
        }
        catch (Exception error) when (UnreadableFile.IsCause(error))
        {
            var remedy = error switch
            {
                FileNotFoundException when File.Exists($"{path}.example") => $"copy {path}.example to it and edit that",
                UnauthorizedAccessException when !Directory.Exists(path) => "change its owner or its mode",
                _ => otherFile,
            };
            throw findings.Fatal(default, $"the file {UnreadableFile.Of(path, error).Cause}", remedy);
        }
    }

    private static ConfigException TooLarge(Findings findings) =>
        findings.Fatal(
            default,
            "the file is larger than 1 MiB",
            "a configuration has a few KiB: check that this is the right file"
        );
}
