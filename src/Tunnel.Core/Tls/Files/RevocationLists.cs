using System.Formats.Asn1;
using System.Security.Cryptography;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>
/// The certificate revocation lists of one file, PEM or DER, as they were when the tunnel started. Immutable.
/// </summary>
public sealed class RevocationLists
{
    private RevocationLists(string file, byte[] digest, IReadOnlyList<RevocationList> lists)
    {
        File = file;
        Digest = digest;
        Lists = lists;
    }

    /// <summary>As configured.</summary>
    public string File { get; }

    /// <summary>SHA-256 of the file.</summary>
    public byte[] Digest { get; }

    /// <summary>In the order of the file, at least one.</summary>
    internal IReadOnlyList<RevocationList> Lists { get; }

    /// <exception cref="TlsSetupException">The file cannot be read, is damaged or holds no list.</exception>
    public static RevocationLists Load(FileSetting setting)
    {
        var file = new InputFile("CRL file", setting);
        var bytes = file.Read();
        var lists = SplitDer(bytes) ?? OfPem(file);
        return new RevocationLists(setting.Path, SHA256.HashData(bytes), lists);
    }

    /// <summary>
    /// Lists in DER (RFC 5280 section 4.2.1.13), one after the other; null when the file is something else.
    /// </summary>
    private static List<RevocationList>? SplitDer(byte[] bytes)
    {
        try
        {
            var lists = new List<RevocationList>();
            for (var reader = new AsnReader(bytes, AsnEncodingRules.BER); reader.HasData; )
            {
                lists.Add(RevocationList.Parse(reader.ReadEncodedValue().ToArray()));
            }

            return lists.Count > 0 ? lists : null;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return null;
        }
    }

    private static List<RevocationList> OfPem(InputFile file)
    {
        using var pem = PemFile.Read(file);
        var lists = new List<RevocationList>();
        foreach (var block in pem.Blocks.Where(block => block.Label is "X509 CRL" or "CRL"))
        {
            try
            {
                // Disposing of the file wipes its blocks.
                lists.Add(RevocationList.Parse([.. pem.ContentOf(block)]));
            }
            catch (Exception e) when (e is AsnContentException or CryptographicException)
            {
                throw file.FaultInside(
                    Trouble.Of(
                        $"CRL no. {lists.Count + 1} (line {block.Line}) is damaged",
                        "fetch it again from its CA"
                    )
                );
            }
        }

        return lists.Count > 0
            ? lists
            : throw file.Fault(pem.Lacks("CRL (label X509 CRL)", "name the file with the CRLs here"));
    }
}
