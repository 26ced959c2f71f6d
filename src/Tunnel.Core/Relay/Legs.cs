using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>One side of a session: who is there, its socket, and the transport on it.</summary>
internal sealed record Leg(Party Party, SocketChannel Channel, ITransport Transport);

/// <summary>Both sides, ready to relay.</summary>
/// <param name="FirstFromFront">A read that the opening has already begun.</param>
/// <param name="FirstFromBack">The same from the far side, or bytes that came with the greeting.</param>
internal sealed record Legs(
    Leg Front,
    Leg Back,
    ValueTask<Chunk> FirstFromFront = default,
    ValueTask<Chunk> FirstFromBack = default
);
