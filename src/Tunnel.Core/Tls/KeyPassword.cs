using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>The password of a private key together with where it came from. Printing it shows the source only.</summary>
public sealed class KeyPassword
{
    private readonly string _value;

    public KeyPassword(string value, string source)
    {
        _value = value;
        Source = source;
    }

    /// <summary>Where the password was found, for messages.</summary>
    public string Source { get; }

    /// <summary>
    /// The password. A method, not a property, so that no serializer and no structured logger comes across it.
    /// </summary>
    public string Reveal() => _value;

    public override string ToString() => $"password from {Source}";

    /// <summary>Reads the password where <paramref name="tls"/> says; null when it names no place.</summary>
    /// <exception cref="CertificateException">The named place holds no password, or two places are named.</exception>
    public static KeyPassword? Resolve(TlsSettings tls) =>
        tls switch
        {
            { KeyPasswordFile: not null, KeyPasswordEnv: not null } => throw new CertificateException(
                "both tls.*_key_password_file and tls.*_key_password_env are set; keep one of them"
            ),
            { KeyPasswordFile: { } file } => FromFile(file),
            { KeyPasswordEnv: { } variable } => FromEnvironment(variable),
            _ => null,
        };

    private static KeyPassword FromFile(string file)
    {
        var bytes = PemFile.ReadBytes("key password file", file);
        using var lines = new StreamReader(new MemoryStream(bytes));
        return lines.ReadLine() is { Length: > 0 } password
            ? new KeyPassword(password, $"file {file}")
            : throw new CertificateException(
                $"key password file {file}: its first line is empty; it must be the password"
            );
    }

    private static KeyPassword FromEnvironment(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } password
            ? new KeyPassword(password, $"environment variable {variable}")
            : throw new CertificateException(
                $"environment variable {variable} (tls.*_key_password_env) is not set or is empty; it must hold the password"
            );
}
