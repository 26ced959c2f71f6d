using System.Net.Security;

namespace Tunnel.Tests.TestKit;

/// <summary>The first flight of a TLS client, for peers that are to send it in odd ways.</summary>
public static class ClientHello
{
    public static async Task<byte[]> BytesAsync()
    {
        var wire = new Recorder();
        await using var tls = new SslStream(wire);
        try
        {
            await tls.AuthenticateAsClientAsync("localhost");
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            // Nobody answers: the hello is all there is.
        }

        return wire.Written.ToArray();
    }

    private sealed class Recorder : MemoryStream
    {
        public List<byte> Written { get; } = [];

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(0);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written.AddRange(buffer.Span);
            return default;
        }
    }
}
