using System.Security.Cryptography;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>What the files of a configuration hold, in short: equal when nothing in them has changed.</summary>
public static class FileFingerprint
{
    /// <summary>A file that cannot be read counts as one that holds nothing.</summary>
    public static string Of(IEnumerable<FileSetting> files)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            byte[] content = [];
            try
            {
                content = SHA256.HashData(File.ReadAllBytes(file.Path));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Whoever uses the file says so.
            }

            sum.AppendData(content);
            sum.AppendData([0]);
        }

        return Convert.ToHexString(sum.GetHashAndReset());
    }
}
