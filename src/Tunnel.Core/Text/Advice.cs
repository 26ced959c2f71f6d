namespace Tunnel.Text;

/// <summary>What a word or a line that users meet means, and what they can do.</summary>
/// <param name="Word">As it stands in the log, or the line with its holes.</param>
/// <param name="Cause">What has happened, in sentences.</param>
/// <param name="Remedy">What to do about it, in sentences.</param>
public sealed record Advice(string Word, string Cause, string Remedy)
{
    /// <summary>Where there is nothing to do.</summary>
    public const string Nothing = "Nothing.";

    /// <summary>The advice on a word of a closed list.</summary>
    public static Advice On<T>(T word, string cause, string remedy = Nothing)
        where T : struct, Enum => new(word.Word(), cause, remedy);
}
