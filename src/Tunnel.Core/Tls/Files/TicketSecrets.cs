using System.Buffers.Text;
using System.Security.Cryptography;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>
/// The secrets of a ticket key file, from which every server with the file derives the same ticket keys: one a line, in
/// base64, the one for new tickets first. Immutable; printing it shows no secret, and disposing of it wipes them.
/// </summary>
public sealed class TicketSecrets : IDisposable
{
    // As strong as the keys derived from it: AES-256 and HMAC-SHA256.
    private const int LeastBytes = 32;

    // Every ticket of a stranger is compared with all of them, and a file with many old ones is a mistake.
    private const int Most = 16;

    private const string What = "ticket key file";
    private const string Remedy = "make a new one with: openssl rand -base64 48";

    private readonly List<byte[]> _extracted = [];

    private TicketSecrets(FileSetting setting) => Setting = setting;

    /// <summary>What names the file.</summary>
    public FileSetting Setting { get; }

    /// <summary>As configured.</summary>
    public string File => Setting.Path;

    /// <summary>1 to 16.</summary>
    public int Count => _extracted.Count;

    /// <summary>
    /// The secrets in the order of the file, each as HKDF's pseudorandom key (RFC 5869 section 2.2), 32 bytes.
    /// </summary>
    internal IReadOnlyList<byte[]> Extracted => _extracted;

    /// <exception cref="TlsSetupException">
    /// The file cannot be read or is faulty; with all its faults at once.
    /// </exception>
    public static TicketSecrets Load(FileSetting setting)
    {
        var file = new InputFile(What, setting);
        var content = file.Read();
        try
        {
            return Parse(file, content);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>True when both hold the same secrets in the same order.</summary>
    public bool IsSameAs(TicketSecrets other) =>
        Count == other.Count
        && _extracted
            .Zip(other._extracted)
            .All(pair => CryptographicOperations.FixedTimeEquals(pair.First, pair.Second));

    public void Dispose()
    {
        foreach (var secret in _extracted)
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public override string ToString() => $"{Count} secret{(Count == 1 ? "" : "s")} from {File}";

    private static TicketSecrets Parse(InputFile file, ReadOnlySpan<byte> content)
    {
        if (content is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw file.Fault(Trouble.Of("is UTF-16 text", "save it as UTF-8 or ASCII"));
        }

        content = content.StartsWith("\uFEFF"u8) ? content["\uFEFF"u8.Length..] : content;
        var secrets = new TicketSecrets(file.Setting);
        var faults = new List<Trouble>();
        var number = 0;
        foreach (var range in content.Split((byte)'\n'))
        {
            number++;
            var line = content[range].Trim(" \t\r"u8);
            if (line.Length > 0 && line[0] != (byte)'#' && secrets.Add(line) is { } fault)
            {
                // Never the line itself: a damaged secret is still a secret.
                faults.Add(Trouble.Of($"{file}, line {number}: {fault}", Remedy));
            }
        }

        if (faults.Count == 0 && secrets.Count is 0 or > Most)
        {
            faults.Add(
                secrets.Count == 0
                    ? Trouble.Of($"{file} holds no secret", Remedy)
                    : Trouble.Of(
                        $"{file} holds {secrets.Count} secrets, but at most {Most} are allowed",
                        "remove the oldest, at its end"
                    )
            );
        }

        if (faults.Count > 0)
        {
            secrets.Dispose();
            throw new TlsSetupException(faults);
        }

        return secrets;
    }

    /// <returns>What is wrong with the line; null when it was taken.</returns>
    private string? Add(ReadOnlySpan<byte> line)
    {
        var secret = new byte[Base64.GetMaxDecodedFromUtf8Length(line.Length)];
        try
        {
            if (Base64.DecodeFromUtf8(line, secret, out _, out var length) != System.Buffers.OperationStatus.Done)
            {
                return "is not valid base64";
            }

            if (length < LeastBytes)
            {
                return $"is {length} bytes long, but at least {LeastBytes} are needed";
            }

            // Pinned: otherwise the garbage collector moves it and leaves a copy behind.
            var extracted = GC.AllocateArray<byte>(SHA256.HashSizeInBytes, pinned: true);
            HKDF.Extract(HashAlgorithmName.SHA256, secret.AsSpan(0, length), [], extracted);
            _extracted.Add(extracted);
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
