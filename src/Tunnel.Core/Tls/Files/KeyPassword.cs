using System.Security.Cryptography;
using System.Text;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>
/// The password of a private key and its source. Printing it shows only the source; disposing of it wipes it.
/// </summary>
public sealed class KeyPassword : IDisposable
{
    private readonly char[] _value;

    public KeyPassword(ReadOnlySpan<char> value, string source)
    {
        _value = value.ToArray();
        Source = source;
    }

    /// <summary>Where the password was found, for messages.</summary>
    public string Source { get; }

    /// <summary>
    /// The password. A method, not a property, so that no serializer or structured logger reads it.
    /// </summary>
    public ReadOnlySpan<char> Reveal() => _value;

    public override string ToString() => $"password from {Source}";

    public void Dispose() => Array.Clear(_value);

    /// <summary>Reads the password from the place in <paramref name="tls"/>; null when there is none.</summary>
    /// <exception cref="TlsSetupException">There is no password at that place, or two places are set.</exception>
    public static KeyPassword? Resolve(TlsSettings tls)
    {
        var key = tls.KeyFile?.Key ?? "tls.*_key";
        return tls switch
        {
            { KeyPasswordFile: not null, KeyPasswordEnv: not null } => throw new TlsSetupException(
                Trouble.Of($"both {key}_password_file and {key}_password_env are set", "keep one of them")
            ),
            { KeyPasswordFile: { } file } => FromFile(new InputFile("key password file", file)),
            { KeyPasswordEnv: { } variable } => FromEnvironment(variable, $"{key}_password_env"),
            _ => null,
        };
    }

    private static KeyPassword FromFile(InputFile file)
    {
        var bytes = file.Read();
        var text = Array.Empty<char>();
        try
        {
            text = Decode(bytes);
            var line = text.AsSpan();
            var end = line.IndexOfAny('\r', '\n');
            line = end < 0 ? line : line[..end];
            return line.Length > 0
                ? new KeyPassword(line, $"file {file.Path}")
                : throw file.FaultInside(Trouble.Of("its first line is empty", "it must be the password"));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(text);
        }
    }

    /// <summary>UTF-8, or what the byte order mark says.</summary>
    private static char[] Decode(byte[] bytes) =>
        bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8.GetChars(bytes, 3, bytes.Length - 3),
            [0xFF, 0xFE, ..] => Encoding.Unicode.GetChars(bytes, 2, bytes.Length - 2),
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetChars(bytes, 2, bytes.Length - 2),
            _ => Encoding.UTF8.GetChars(bytes),
        };

    private static KeyPassword FromEnvironment(string variable, string key) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } password
            ? new KeyPassword(password, $"environment variable {variable}")
            : throw new TlsSetupException(
                Trouble.Of(
                    $"environment variable {variable} ({key}) is not set or is empty",
                    "it must hold the password"
                )
            );
}
