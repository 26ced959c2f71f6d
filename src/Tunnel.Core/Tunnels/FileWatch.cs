using System.Globalization;
using System.Text;
using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>
/// Notices that files of the configuration have changed, and asks for a reload when they have settled. The system says
/// when something happens in their directories; the clock is asked besides, for file systems that do not say it.
/// </summary>
/// <remarks>
/// What is read may be half of a change: a certificate whose key comes a moment later, an editor's unfinished file. So
/// a refusal is tried again while files go on changing, and reported only when they have been still for a while.
/// </remarks>
internal sealed class FileWatch : IDisposable
{
    // A look at some dozen files costs less than a millisecond.
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromSeconds(10);

    // Files are replaced one after the other within milliseconds.
    private static readonly TimeSpan _settled = TimeSpan.FromMilliseconds(500);

    // Certificate and key may be copied by hand, one after the other.
    private static readonly TimeSpan _stillRefused = TimeSpan.FromSeconds(10);

    private readonly DeadlineWheel _wheel;
    private readonly Func<bool, Task<ReloadResult>> _reload;
    private readonly Dictionary<string, FileSystemWatcher> _directories = [];
    private IReadOnlyList<string> _files;
    private TaskCompletionSource _event = NewEvent();
    private volatile bool _stopped;

    private FileWatch(IReadOnlyList<string> files, DeadlineWheel wheel, Func<bool, Task<ReloadResult>> reload) =>
        (_files, _wheel, _reload) = (files, wheel, reload);

    /// <summary>Watches until it is disposed of.</summary>
    /// <param name="files">That of the configuration, and those that it names.</param>
    /// <param name="reload">Reloads; with true a refusal is not logged.</param>
    public static FileWatch Start(
        IReadOnlyList<string> files,
        DeadlineWheel wheel,
        Func<bool, Task<ReloadResult>> reload
    )
    {
        var watch = new FileWatch(files, wheel, reload);
        watch.WatchDirectories();
        _ = watch.RunAsync();
        return watch;
    }

    /// <summary>From now on these are the files.</summary>
    public void Watch(IReadOnlyList<string> files)
    {
        _files = files;
        WatchDirectories();
    }

    public void Dispose()
    {
        _stopped = true;
        _event.TrySetResult();
        lock (_directories)
        {
            foreach (var watcher in _directories.Values)
            {
                watcher.Dispose();
            }

            _directories.Clear();
        }
    }

    private async Task RunAsync()
    {
        for (var seen = Look(); !_stopped; )
        {
            await Task.WhenAny(_event.Task, _wheel.DelayAsync(_betweenLooks)).ConfigureAwait(false);
            Interlocked.Exchange(ref _event, NewEvent());
            if (!_stopped && Look() != seen)
            {
                seen = await FollowAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Something has changed: reloads when it has settled.</summary>
    /// <returns>How the files looked by then.</returns>
    private async Task<string> FollowAsync()
    {
        while (true)
        {
            var look = await SettleAsync().ConfigureAwait(false);
            if (_stopped || (await _reload(true).ConfigureAwait(false)).IsAccepted)
            {
                return look;
            }

            if (await IsStillAsync(look).ConfigureAwait(false))
            {
                // Once more, and this time the log says why not.
                await _reload(false).ConfigureAwait(false);
                return look;
            }
        }
    }

    private async Task<string> SettleAsync()
    {
        for (var last = Look(); ; )
        {
            await _wheel.DelayAsync(_settled).ConfigureAwait(false);
            var look = Look();
            if (look == last || _stopped)
            {
                return look;
            }

            last = look;
        }
    }

    private async Task<bool> IsStillAsync(string look)
    {
        for (var waited = TimeSpan.Zero; waited < _stillRefused && !_stopped; waited += _settled)
        {
            await _wheel.DelayAsync(_settled).ConfigureAwait(false);
            if (Look() != look)
            {
                return false;
            }
        }

        return !_stopped;
    }

    /// <summary>Size and time of each file behind its links; equal as long as nothing changes.</summary>
    private string Look()
    {
        var look = new StringBuilder();
        foreach (var path in _files)
        {
            try
            {
                using var file = File.OpenHandle(path);
                look.Append(
                    CultureInfo.InvariantCulture,
                    $"{RandomAccess.GetLength(file)} {File.GetLastWriteTimeUtc(file).Ticks};"
                );
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                look.Append("none;");
            }
        }

        return look.ToString();
    }

    private void WatchDirectories()
    {
        var wanted = _files.SelectMany(DirectoriesOf).ToHashSet();
        lock (_directories)
        {
            foreach (var gone in _directories.Keys.Except(wanted).ToList())
            {
                _directories.Remove(gone, out var watcher);
                watcher?.Dispose();
            }

            foreach (var directory in wanted.Except(_directories.Keys).ToList())
            {
                if (WatcherOf(directory) is { } watcher)
                {
                    _directories[directory] = watcher;
                }
            }
        }
    }

    /// <summary>Of the file as it is named, and of the one behind its links.</summary>
    private static IEnumerable<string> DirectoriesOf(string path)
    {
        var full = Path.GetFullPath(path);
        var target = full;
        try
        {
            target = File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The clock finds it when it is there.
        }

        return new[] { full, target }.Select(Path.GetDirectoryName).OfType<string>();
    }

    private FileSystemWatcher? WatcherOf(string directory)
    {
        try
        {
            var watcher = new FileSystemWatcher(directory)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size,
                EnableRaisingEvents = true,
            };
            watcher.Changed += (_, _) => _event.TrySetResult();
            watcher.Created += (_, _) => _event.TrySetResult();
            watcher.Renamed += (_, _) => _event.TrySetResult();
            watcher.Deleted += (_, _) => _event.TrySetResult();
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // No directory, or no more watches (fs.inotify.max_user_watches): the clock remains.
            return null;
        }
    }

    private static TaskCompletionSource NewEvent() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
