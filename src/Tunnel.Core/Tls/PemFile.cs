using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tunnel.Tls;

/// <summary>Reads PEM files (RFC 7468) and says in plain words why one cannot be used.</summary>
internal static class PemFile
{
    private const string CertificateLabel = "CERTIFICATE";

    /// <summary>All certificates of a file in their order, at least one.</summary>
    /// <param name="what">How messages call the file, such as "CA file".</param>
    /// <exception cref="CertificateException">The file cannot be read, is damaged or holds none.</exception>
    public static IReadOnlyList<X509Certificate2> ReadCertificates(string what, string file)
    {
        var text = ReadText(what, file);
        var certificates = new List<X509Certificate2>();
        foreach (var (label, content) in Blocks(text).Where(block => block.Label == CertificateLabel))
        {
            try
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(Convert.FromBase64String(content)));
            }
            catch (CryptographicException)
            {
                throw new CertificateException($"{what} {file}: certificate no. {certificates.Count + 1} is damaged");
            }
        }
        // The PEM scanner steps over blocks that it cannot decode; a chain with a hole in it must not pass unnoticed.
        if (CountOf(text, $"-----BEGIN {CertificateLabel}-----") != certificates.Count)
        {
            throw new CertificateException($"{what} {file}: one of its certificates is cut off or is not valid base64");
        }
        return certificates.Count > 0
            ? certificates
            : throw new CertificateException($"{what} {file} holds no certificate, only {LabelList(text)}");
    }

    /// <summary>The text of a file that has at least one PEM boundary.</summary>
    public static string ReadText(string what, string file)
    {
        var bytes = ReadBytes(what, file);
        var text = Encoding.UTF8.GetString(bytes);
        if (text.Contains("-----BEGIN ", StringComparison.Ordinal))
        {
            return text;
        }
        throw new CertificateException(
            bytes switch
            {
                [] => $"{what} {file} is empty",
                // Every DER certificate and key is a SEQUENCE with a long length.
                [0x30, >= 0x80, ..] => $"{what} {file} is not PEM but DER; convert it with openssl and -inform DER",
                _ => $"{what} {file} is not PEM: it has no -----BEGIN … line",
            }
        );
    }

    /// <summary>Label and base64 text of every readable block.</summary>
    public static IEnumerable<(string Label, string Content)> Blocks(string text)
    {
        for (var rest = text; PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            yield return (rest[fields.Label], rest[fields.Base64Data]);
        }
    }

    /// <summary>The labels of a file's blocks, for messages.</summary>
    public static string LabelList(string text)
    {
        var labels = Blocks(text).Select(block => SafeText.Escape(block.Label)).Distinct().ToList();
        return labels.Count > 0 ? string.Join(", ", labels) : "blocks that are cut off or are not valid base64";
    }

    /// <summary>The bytes of a file, with the system's refusals turned into sentences.</summary>
    public static byte[] ReadBytes(string what, string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            var from = Path.IsPathRooted(file) ? "" : $" (looked for it from {Directory.GetCurrentDirectory()})";
            throw new CertificateException($"{what} {file} does not exist{from}");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CertificateException(
                Directory.Exists(file)
                    ? $"{what} {file} is a directory"
                    : $"{what} {file} may not be read by user {Environment.UserName}: permission denied"
            );
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new CertificateException($"{what} {file} cannot be read: {e.Message}");
        }
    }

    private static int CountOf(string text, string part)
    {
        var count = 0;
        for (
            var at = text.IndexOf(part, StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal)
        )
        {
            count++;
        }
        return count;
    }
}
