using Flags = System.Security.Cryptography.X509Certificates.X509ChainStatusFlags;

namespace Tunnel.OpenSsl;

/// <summary>OpenSSL's verdicts about a chain (x509_vfy.h) in the vocabulary that both backends share.</summary>
internal static class VerifyErrors
{
    public const int Ok = 0;

    /// <summary>Its alert is internal_error.</summary>
    public const int Unspecified = 1;

    public const int ChainTooLong = 22;

    /// <summary>The alert for a certificate whose names are refused: bad_certificate.</summary>
    public const int HostnameMismatch = 62;

    /// <summary>bad_certificate too.</summary>
    public const int KeyTooSmall = 66;

    private const int CaKeyTooSmall = 67;
    private const int CaHashTooWeak = 68;

    /// <summary>The system's OpenSSL requires more strength than our rule.</summary>
    public static bool IsAboutStrength(int error) => error is KeyTooSmall or CaKeyTooSmall or CaHashTooWeak;

    public static Flags Of(int error) =>
        error switch
        {
            2 or 20 or 21 => Flags.PartialChain,
            18 or 19 => Flags.UntrustedRoot,
            4 or 6 or 7 => Flags.NotSignatureValid,
            9 or 10 or 13 or 14 => Flags.NotTimeValid,
            24 or 25 or 79 => Flags.InvalidBasicConstraints,
            26 or 27 or 28 or 32 => Flags.NotValidForUsage,
            34 => Flags.HasNotSupportedCriticalExtension,
            47 => Flags.HasNotPermittedNameConstraint,
            48 => Flags.HasExcludedNameConstraint,
            49 or 51 or 52 or 53 => Flags.HasNotSupportedNameConstraint,
            _ => Flags.NoError,
        };

    public static bool IsAboutNames(int error) => error is 47 or 48 or 49 or 51 or 52 or 53;
}
