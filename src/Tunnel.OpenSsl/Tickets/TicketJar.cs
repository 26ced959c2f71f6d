namespace Tunnel.OpenSsl;

/// <summary>The client's last session ticket. One is enough: an endpoint talks to one server.</summary>
internal sealed class TicketJar(TimeProvider? time = null) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private nint _session;
    private long _keptAt;
    private bool _disposed;

    /// <summary>Takes over the reference.</summary>
    public void Keep(nint session)
    {
        lock (_lock)
        {
            Release();
            _session = session;
            _keptAt = _time.GetTimestamp();
            if (_disposed)
            {
                // A connection that outlives its endpoint.
                Release();
            }
        }
    }

    /// <summary>The next handshake will be a full one.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            Release();
        }
    }

    /// <summary>Makes a handshake try to resume.</summary>
    /// <returns>True when the ticket is good for later connections too, so that no other is needed yet.</returns>
    public bool Offer(OpenSslSession session)
    {
        lock (_lock)
        {
            // A copy: libssl removes the session that a TLS 1.3 client has used, and of many connections at once only
            // the first would resume. (RFC 8446 appendix C.4 wants strangers to be unable to link two connections to
            // one client, but a tunnel's address links them anyway.)
            var copy = _session == 0 ? 0 : LibSsl.SSL_SESSION_dup(_session);
            if (copy != 0)
            {
                _ = LibSsl.SSL_set_session(session.Handle, copy);
                LibSsl.SSL_SESSION_free(copy);
            }

            return copy != 0 && IsYoung();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Release();
            _disposed = true;
        }
    }

    // In the second half of its life a connection brings the next one.
    private bool IsYoung() =>
        _time.GetElapsedTime(_keptAt).TotalSeconds < LibSsl.SSL_SESSION_get_ticket_lifetime_hint(_session) / 2.0;

    private void Release()
    {
        if (_session != 0)
        {
            LibSsl.SSL_SESSION_free(_session);
            _session = 0;
        }
    }
}
