using System.Formats.Asn1;

namespace Tunnel.Tls;

/// <summary>How a PKCS#8 key is encrypted (RFC 8018), as far as it decides whether we can decrypt it.</summary>
internal static class KeyEncryption
{
    // RFC 8018 appendix A.4 and RFC 7914 section 7.
    private const string Pbes2 = "1.2.840.113549.1.5.13";
    private const string Scrypt = "1.3.6.1.4.1.11591.4.11";

    // OpenSSL takes 2,048 unless it is told otherwise, and the most that anybody advises is some 1,300,000. This many
    // take seconds; the most that the format can say, half an hour for each try.
    private const int MostRounds = 10_000_000;

    /// <param name="remedy">How to encrypt it in another way.</param>
    /// <returns>
    /// A cause that continues the sentence after the file's name; null when nothing is known against it.
    /// </returns>
    public static Trouble? WhyUnusable(byte[] encrypted, string remedy)
    {
        try
        {
            var algorithm = new AsnReader(encrypted, AsnEncodingRules.BER).ReadSequence().ReadSequence();
            var scheme = algorithm.ReadObjectIdentifier();
            var parameters = algorithm.ReadSequence();
            if (scheme == Pbes2)
            {
                var derivation = parameters.ReadSequence();
                if (derivation.ReadObjectIdentifier() == Scrypt)
                {
                    return Trouble.Of("is encrypted with scrypt, which is not supported", remedy);
                }

                parameters = derivation.ReadSequence();
            }

            // PBKDF2, PBES1 and PKCS#12 alike: a salt, then the rounds.
            parameters.ReadEncodedValue();
            return parameters.ReadInteger() > MostRounds
                ? Trouble.Of(
                    $"is encrypted with more than {MostRounds} rounds of its key derivation, which would take too long",
                    remedy
                )
                : null;
        }
        catch (AsnContentException)
        {
            // It cannot be decrypted either, which is reported then.
            return null;
        }
    }
}
