using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>How many clients that have not shown who they are a server puts up with.</summary>
/// <param name="PerSource">From one IPv4 address, /64 network, or user of this machine.</param>
internal sealed record StrangerLimits(int All, int PerSource)
{
    // In the middle of a handshake each holds some 70 KiB.
    private const long BytesOfOne = 70 * 1024;

    // Half a gigabyte, however large the machine is: more in the middle of a handshake are not served any sooner.
    private const int MostOfAll = 8192;

    // As many as may come at once from behind one address without being an attack.
    private const int FewFromOneSource = 64;

    /// <param name="files">What they are not told is as much as open files and memory allow.</param>
    public static StrangerLimits Of(LimitSettings settings, OpenFiles files)
    {
        // The last quarter of the files is for known clients: they need not wait for an eviction.
        var byFiles = files.Room / OpenFiles.PerSession * 3 / 4;
        var byMemory = Math.Max(FewFromOneSource, BufferPool.Budget / BytesOfOne);
        var all = settings.Strangers ?? (int)Math.Clamp(Math.Min(byFiles, byMemory), 1, MostOfAll);
        return new StrangerLimits(all, settings.StrangersPerSource ?? Math.Max(FewFromOneSource, all / 4));
    }
}
