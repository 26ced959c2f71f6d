namespace Tunnel.Tls.OpenSslBackend;

/// <summary>
/// Turns plaintext into records and back, after the handshake, without any I/O. Reading and writing may be on two threads
/// at a time, but no more than one each.
/// </summary>
internal interface ITlsRecords : IDisposable
{
    /// <summary>Decrypts what is there and fits. Bytes may have come whatever the status.</summary>
    /// <param name="input">Ciphertext; what is not <paramref name="consumed"/> must come again, with more behind it.</param>
    /// <param name="plain">At least as long as <paramref name="input"/>, or as <see cref="Net.BufferPool.Large"/>.</param>
    /// <returns><see cref="TlsStatus.Complete"/> when there may be more without new input.</returns>
    TlsStatus Read(ReadOnlySpan<byte> input, Span<byte> plain, out int consumed, out int read);

    /// <summary>Encrypts all of it.</summary>
    /// <param name="output">With <see cref="RoomFor"/> bytes of room.</param>
    TlsStatus Write(ReadOnlySpan<byte> plain, Span<byte> output, out int written);

    /// <summary>Makes close_notify; nothing may be written after it.</summary>
    TlsStatus Shutdown(Span<byte> output, out int written);

    /// <summary>True when a call of <see cref="Read"/> may bring bytes without new input.</summary>
    bool HoldsInput { get; }

    /// <summary>Why the last call failed, in OpenSSL's words or ours.</summary>
    string Error { get; }

    /// <summary>What <see cref="Write"/> and <see cref="Shutdown"/> may need at most.</summary>
    static int RoomFor(int plain) => OpenSslSession.OutputRoomFor(plain) + ControlBytes;

    /// <summary>What may have to be said besides: answers to KeyUpdate and to renegotiations, close_notify.</summary>
    const int ControlBytes = 1024;

    /// <summary>Whoever asks for more of these than a peer has reason to is cut off.</summary>
    const string WithoutEnd = "the peer asks for renegotiations or new keys without end";
}
