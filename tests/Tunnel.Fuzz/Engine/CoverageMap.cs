using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Tunnel.Fuzz.Engine;

/// <summary>
/// Which branches an input took, and how often, as SharpFuzz's instrumentation counts them: 65,536 cells, of which each
/// stands for a pair of neighbouring branches. How often counts in steps (1, 2, 3, 4 to 7, ... 128 and more), so that
/// each further turn of a loop is no news.
/// </summary>
internal sealed unsafe class CoverageMap : IDisposable
{
    private const int Cells = 1 << 16;

    private static readonly byte[] _steps = [.. Enumerable.Range(0, 256).Select(StepOf)];

    private readonly byte* _cells = (byte*)NativeMemory.AllocZeroed(Cells);

    // A bit for each step that a cell has been seen with.
    private readonly byte[] _seen = new byte[Cells];

    public CoverageMap() => Trace.SharedMem = _cells;

    /// <summary>Cells that any input has reached.</summary>
    public int Edges { get; private set; }

    private Span<byte> Counts => new(_cells, Cells);

    /// <summary>Runs what is to be watched.</summary>
    public void Watch(Action<byte[]> run, byte[] input)
    {
        Counts.Clear();
        Trace.PrevLocation = 0;
        run(input);
    }

    /// <returns>True when the input just watched did something that none did before.</returns>
    public bool HasNews()
    {
        var isNew = false;
        var words = MemoryMarshal.Cast<byte, ulong>(Counts);
        for (var word = 0; word < words.Length; word++)
        {
            isNew |= words[word] != 0 && See(word * sizeof(ulong));
        }

        return isNew;
    }

    /// <summary>The cells that the input just watched has reached, each with its step.</summary>
    public List<(ushort Cell, byte Step)> Reached()
    {
        var reached = new List<(ushort, byte)>();
        var words = MemoryMarshal.Cast<byte, ulong>(Counts);
        for (var word = 0; word < words.Length; word++)
        {
            if (words[word] == 0)
            {
                continue;
            }

            for (var cell = word * sizeof(ulong); cell < (word + 1) * sizeof(ulong); cell++)
            {
                if (_cells[cell] != 0)
                {
                    reached.Add(((ushort)cell, _steps[_cells[cell]]));
                }
            }
        }

        return reached;
    }

    public void Dispose()
    {
        // Instrumented code that another thread still runs must have somewhere to write.
        Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Cells);
        NativeMemory.Free(_cells);
    }

    private bool See(int first)
    {
        var isNew = false;
        for (var cell = first; cell < first + sizeof(ulong); cell++)
        {
            var step = _steps[_cells[cell]];
            if ((_seen[cell] & step) != step)
            {
                Edges += _seen[cell] == 0 ? 1 : 0;
                _seen[cell] |= step;
                isNew = true;
            }
        }

        return isNew;
    }

    private static byte StepOf(int count) =>
        count switch
        {
            0 => 0,
            1 => 1,
            2 => 2,
            3 => 4,
            < 8 => 8,
            < 16 => 16,
            < 32 => 32,
            < 128 => 64,
            _ => 128,
        };
}
