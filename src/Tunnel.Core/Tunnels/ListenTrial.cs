using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>Whether a tunnel could listen now: binds, and gives the address back at once.</summary>
public static class ListenTrial
{
    /// <param name="at">One of the addresses of the tunnel.</param>
    /// <returns>Null when it could; else why not, in a sentence.</returns>
    public static async Task<string?> WhyNotAsync(TunnelSettings tunnel, Address at, Engine engine)
    {
        var booking = new PortBooking(engine, []);
        try
        {
            await booking.BookAsync(tunnel with { Listen = [at] }).ConfigureAwait(false);
            return null;
        }
        catch (TunnelStartException e)
        {
            return e.Message;
        }
        finally
        {
            booking.Cancel();
        }
    }
}
