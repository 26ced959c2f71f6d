using Tunnel.Net;

namespace Tunnel.OpenSsl;

/// <summary>
/// Turns plaintext into records and back, after the handshake, without any I/O. One thread may read while another
/// writes; <see cref="Shutdown"/> and <see cref="TryAlert"/> count as writing.
/// </summary>
internal interface ITlsRecords : IDisposable
{
    /// <summary>Decrypts what is there and fits. There may be bytes with any status.</summary>
    /// <param name="input">
    /// Ciphertext; what is not <paramref name="consumed"/> must be passed again, with more after it.
    /// </param>
    /// <param name="plain">At least as long as <paramref name="input"/>, or as <see cref="BufferPool.Large"/>.</param>
    /// <returns><see cref="TlsStatus.Complete"/> when there may be more without new input.</returns>
    TlsStatus Read(ReadOnlySpan<byte> input, Span<byte> plain, out int consumed, out int read);

    /// <summary>Encrypts all of it.</summary>
    /// <param name="output">With <see cref="RoomFor"/> bytes of room.</param>
    TlsStatus Write(ReadOnlySpan<byte> plain, Span<byte> output, out int written);

    /// <summary>Makes close_notify; nothing may be written after it.</summary>
    TlsStatus Shutdown(Span<byte> output, out int written);

    /// <summary>
    /// Makes the fatal alert that ends the connection (RFC 8446 section 6.2, RFC 5246 section 7.2.2): the one that a
    /// failed <see cref="Read"/> requires, else one with <paramref name="description"/>. Nothing can be written after
    /// it.
    /// </summary>
    /// <param name="description">What to say where the peer has done nothing wrong (RFC 8446 appendix B.2).</param>
    /// <param name="output">With <see cref="RoomFor"/>(0) bytes of room.</param>
    /// <returns>
    /// False when there is none to send: close_notify or an alert has been sent, the peer has sent a fatal alert, or
    /// the records are libssl's, which makes alerts only for faults that it finds.
    /// </returns>
    bool TryAlert(byte description, Span<byte> output, out int written);

    /// <summary>True when <see cref="Read"/> may return bytes without new input.</summary>
    bool HoldsInput { get; }

    /// <summary>Bytes of a record that may be held already and are returned besides those of new input.</summary>
    int MostHeld { get; }

    /// <summary>How large a buffer must be for a record that has come in part.</summary>
    int RoomForRecord(ReadOnlySpan<byte> part);

    /// <summary>Why the last call failed.</summary>
    TransportFault? Fault { get; }

    /// <summary>What <see cref="Write"/>, <see cref="Shutdown"/> and <see cref="TryAlert"/> need at most.</summary>
    static int RoomFor(int plain) => OpenSslSession.OutputRoomFor(plain) + ControlBytes;

    /// <summary>Room for answers to KeyUpdate and to renegotiations, and for close_notify.</summary>
    const int ControlBytes = 1024;

    /// <summary>A peer that asks for more of these than it can need is cut off.</summary>
    const string WithoutEnd = "the peer asks for renegotiations or new keys without end";

    /// <summary>What to do about a peer that breaks the rules.</summary>
    const string Mend = "update the peer's TLS library; if it is a tunnel, look at what stands between the two";

    /// <summary>Why nothing can be written after close_notify or an alert.</summary>
    static readonly Trouble Ended = Trouble.Of(
        "our side of the TLS connection has ended",
        "see the lines before, which say why"
    );
}
