using System.IO.MemoryMappedFiles;

namespace Tunnel.Fuzz.Engine;

/// <summary>
/// What a worker is doing, in a file that both processes map: so the input is known that made it crash or hang, and it
/// costs no system call.
/// </summary>
internal sealed class Blackboard : IDisposable
{
    private const int CountAt = 0;
    private const int LengthAt = 8;
    private const int InputAt = 16;
    private const int MostBytes = 1 << 20;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public Blackboard(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, MostBytes);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Inputs that were begun.</summary>
    public long Count => _view.ReadInt64(CountAt);

    public void Begin(byte[] input)
    {
        _view.WriteArray(InputAt, input, 0, input.Length);
        _view.Write(LengthAt, input.Length);
        _view.Write(CountAt, Count + 1);
    }

    public byte[] Input()
    {
        var input = new byte[_view.ReadInt32(LengthAt)];
        _view.ReadArray(InputAt, input, 0, input.Length);
        return input;
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
