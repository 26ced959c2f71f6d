using System.Runtime.InteropServices;

namespace Tunnel.OpenSsl;

/// <summary>
/// A library context (OSSL_LIB_CTX(3)) for our SSL_CTXs in which OpenSSL 3.0 and 3.1 find a peer's public key quickly.
/// To read one they set up every decoder they know, some sixty, each time: a seventh of a full handshake. OpenSSL 3.2
/// caches that. The context's only provider is the default one, seen through a view (provider(7)) that shows only the
/// decoders that a certificate in TLS can need (native-notes/library-context.md).
/// </summary>
internal static unsafe class LeanLibrary
{
    // core_dispatch.h
    private const int FunctionQueryOperation = 1027;
    private const int FunctionGetCapabilities = 1030;
    private const int OperationEncoder = 20;
    private const int OperationDecoder = 21;
    private const int OperationStore = 22;

    private static readonly string[] _keysOfPeers = ["EC", "RSA", "RSA-PSS", "ED25519", "ED448"];

    private static nint _provider;
    private static OsslDispatch* _functions;
    private static OsslAlgorithm* _decoders;

    /// <summary>
    /// The context, one for the process and never freed. 0, the library's default, where it would save nothing or could
    /// change what the administrator wants: another version, other providers, FIPS.
    /// </summary>
    public static nint Context { get; } = Create();

    /// <summary>
    /// Every OpenSSL has the default provider; legacy and base, which .NET may load, contain nothing for TLS.
    /// </summary>
    internal static bool IsHarmless(string provider) => provider is "default" or "legacy" or "base";

    private static nint Create()
    {
        if (
            LibCrypto.OPENSSL_version_major() != 3
            || LibCrypto.OPENSSL_version_minor() >= 2
            || LibCrypto.EVP_default_properties_is_fips_enabled(0) == 1
        )
        {
            return 0;
        }

        int others = 0;
        if (LibCrypto.OSSL_PROVIDER_do_all(0, &CountOther, &others) != 1 || others > 0)
        {
            return 0;
        }

        _provider = LibCrypto.OSSL_PROVIDER_try_load(0, "default", retainFallbacks: 1);
        if (_provider == 0)
        {
            return 0;
        }

        _functions = (OsslDispatch*)NativeMemory.AllocZeroed(3, (nuint)sizeof(OsslDispatch));
        _functions[0] = new OsslDispatch
        {
            Id = FunctionQueryOperation,
            Function = (delegate* unmanaged<nint, int, int*, OsslAlgorithm*>)&QueryOperation,
        };
        _functions[1] = new OsslDispatch
        {
            Id = FunctionGetCapabilities,
            Function = (delegate* unmanaged<nint, byte*, nint, nint, int>)&GetCapabilities,
        };
        _decoders = SelectDecoders();
        var context = LibCrypto.OSSL_LIB_CTX_new();
        if (
            context != 0
            && LibCrypto.OSSL_PROVIDER_add_builtin(context, "tunnel", &Initialize) == 1
            && LibCrypto.OSSL_PROVIDER_load(context, "tunnel") != 0
        )
        {
            return context;
        }

        LibCrypto.OSSL_LIB_CTX_free(context);
        LibCrypto.ERR_clear_error();
        return 0;
    }

    private static OsslAlgorithm* SelectDecoders()
    {
        int isVolatile;
        var all = LibCrypto.OSSL_PROVIDER_query_operation(_provider, OperationDecoder, &isVolatile);
        var selected = new List<OsslAlgorithm>();
        for (; all is not null && all->Names is not null; all++)
        {
            var name = Text(all->Names).Split(':')[0];
            if (_keysOfPeers.Contains(name) && Text(all->Properties).Contains("structure=SubjectPublicKeyInfo"))
            {
                selected.Add(*all);
            }
        }

        // One more, all zeros, ends the list.
        var list = (OsslAlgorithm*)NativeMemory.AllocZeroed((nuint)selected.Count + 1, (nuint)sizeof(OsslAlgorithm));
        selected.CopyTo(new Span<OsslAlgorithm>(list, selected.Count));
        return list;
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    [UnmanagedCallersOnly]
    private static int CountOther(nint provider, void* others)
    {
        *(int*)others += IsHarmless(Text(LibCrypto.OSSL_PROVIDER_get0_name(provider))) ? 0 : 1;
        return 1;
    }

    [UnmanagedCallersOnly]
    private static int Initialize(nint handle, OsslDispatch* core, OsslDispatch** functions, nint* providerContext)
    {
        *functions = _functions;
        *providerContext = LibCrypto.OSSL_PROVIDER_get0_provider_ctx(_provider);
        return 1;
    }

    [UnmanagedCallersOnly]
    private static OsslAlgorithm* QueryOperation(nint providerContext, int operation, int* isVolatile)
    {
        *isVolatile = 0;
        return operation switch
        {
            OperationDecoder => _decoders,
            OperationEncoder or OperationStore => null,
            _ => LibCrypto.OSSL_PROVIDER_query_operation(_provider, operation, isVolatile),
        };
    }

    [UnmanagedCallersOnly]
    private static int GetCapabilities(nint providerContext, byte* capability, nint callback, nint argument) =>
        LibCrypto.OSSL_PROVIDER_get_capabilities(_provider, capability, callback, argument);
}
