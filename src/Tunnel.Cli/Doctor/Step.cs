namespace Tunnel.Cli.Doctor;

/// <summary>How a rung was found.</summary>
internal enum StepResult
{
    Ok,

    /// <summary>It holds, but somebody should look at it.</summary>
    Warning,
    Failed,

    /// <summary>Nothing can be said of it from here.</summary>
    Unknown,
}

/// <summary>One line of the report: a rung, how it was found, and how long that took.</summary>
/// <param name="Took">Null where the time is that of the line above, or of another machine.</param>
/// <param name="Text">Safe to print.</param>
internal sealed record Step(Rung Rung, StepResult Result, TimeSpan? Took, string Text)
{
    /// <summary>Which server or target it is about, as the configuration has it; null: none.</summary>
    public string? Peer { get; init; }

    /// <summary>Which of its addresses; null: all, or none yet.</summary>
    public string? Address { get; init; }
}

/// <summary>Why a ladder ends before its top, and what to do about it. All text is safe to print.</summary>
/// <param name="Code">One word in snake_case, for scripts; it does not change from version to version.</param>
/// <param name="What">What is wrong and where, in a sentence.</param>
/// <param name="Remedy">What to do, as an instruction.</param>
internal sealed record Diagnosis(Rung Rung, string Code, string What, string Remedy)
{
    /// <summary>How that is known: names, files, dates.</summary>
    public IReadOnlyList<string> Facts { get; init; } = [];

    /// <summary>The same with one more.</summary>
    public Diagnosis And(string fact) => this with { Facts = [.. Facts, fact] };

    /// <summary>All in one line.</summary>
    public override string ToString() => Facts.Count == 0 ? What : $"{What}: {string.Join("; ", Facts)}";
}

/// <summary>What was found about one tunnel.</summary>
/// <param name="Name">Of one of several tunnels.</param>
/// <param name="Role">In a word.</param>
/// <param name="Diagnosis">Null: it works.</param>
/// <param name="Verdict">In a sentence.</param>
internal sealed record Findings(
    string? Name,
    string Role,
    IReadOnlyList<Step> Steps,
    Diagnosis? Diagnosis,
    string Verdict
)
{
    private const string File = "file";

    /// <summary>Those about the configuration as a whole.</summary>
    public bool IsOfFile => Role == File;

    /// <summary>What does not stop it, but should be mended.</summary>
    public IReadOnlyList<Diagnosis> Beside { get; init; } = [];

    /// <summary>What is wrong with the configuration as a whole.</summary>
    public static Findings OfFile(IReadOnlyList<Step> steps, Diagnosis fault) =>
        new(null, File, steps, fault, fault.ToString());

    public int ExitCode => Diagnosis?.Rung.ExitCode() ?? ExitCodes.Ok;

    /// <summary>That of the first that does not work.</summary>
    public static int ExitCodeOf(IEnumerable<Findings> all) =>
        all.Select(one => one.ExitCode).FirstOrDefault(code => code != ExitCodes.Ok, ExitCodes.Ok);
}
