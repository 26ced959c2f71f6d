using SharpFuzz;

namespace Tunnel.Fuzz.Engine;

/// <summary>A copy of this program in which the tunnel's own code counts its branches.</summary>
internal static class InstrumentedProgram
{
    private static readonly string[] _instrumented = ["Tunnel.Core.dll", "Tunnel.OpenSsl.dll"];

    /// <param name="folder">There is none yet.</param>
    /// <returns>What <c>dotnet</c> runs.</returns>
    public static string MakeIn(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        foreach (var assembly in _instrumented)
        {
            // It is done when the names of its types have been gone through.
            _ = Fuzzer.Instrument(Path.Combine(folder, assembly), _ => true, SharpFuzz.Options.Value).Count();
        }

        return Path.Combine(folder, "Tunnel.Fuzz.dll");
    }
}
