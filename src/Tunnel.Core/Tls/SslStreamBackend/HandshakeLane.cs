namespace Tunnel.Tls.SslStreamBackend;

/// <summary>
/// Where SslStream processes handshakes that are larger than usual. The runtime verifies every signature of a chain
/// before it asks us, and cannot be stopped. So this work runs away from the event loops and on at most half of the
/// processors: peers with a small chain, or with a connection already, do not wait for it.
/// </summary>
internal sealed class HandshakeLane : IDisposable
{
    private readonly SemaphoreSlim _room = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Continues on the thread pool, when it is the caller's turn.</summary>
    public async ValueTask EnterAsync()
    {
        await _room.WaitAsync().ConfigureAwait(false);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    public void Leave() => _room.Release();

    public void Dispose() => _room.Dispose();
}
