using System.Runtime.InteropServices;

namespace Tunnel.OpenSsl;

/// <summary>OSSL_DISPATCH of core.h.</summary>
internal unsafe struct OsslDispatch
{
    public int Id;
    public void* Function;
}

/// <summary>OSSL_ALGORITHM of core.h.</summary>
internal unsafe struct OsslAlgorithm
{
    public byte* Names;
    public byte* Properties;
    public nint Implementation;
    public byte* Description;
}

/// <summary>OSSL_PARAM of core.h; all zero ends a list.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct OsslParam(byte* key, uint type, byte* data, nuint size)
{
    private readonly byte* _key = key;
    private readonly uint _type = type;
    private readonly byte* _data = data;
    private readonly nuint _size = size;

    // OSSL_PARAM_UNMODIFIED of params.h.
    private readonly nuint _returnSize = nuint.MaxValue;
}
