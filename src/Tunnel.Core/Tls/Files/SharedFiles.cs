namespace Tunnel.Tls;

/// <summary>
/// What the files of one configuration hold, each read once for all tunnels that name it: hundreds of them often share
/// one certificate, and all must get the same.
/// </summary>
public sealed class SharedFiles
{
    private readonly Dictionary<object, object> _read = [];

    /// <param name="key">Which files, and how they are read.</param>
    /// <param name="read">What it throws is not kept: each tunnel reports it with its own place.</param>
    internal T Once<T>(object key, Func<T> read)
        where T : class
    {
        if (!_read.TryGetValue((typeof(T), key), out var known))
        {
            _read[(typeof(T), key)] = known = read();
        }

        return (T)known;
    }
}
