namespace Tunnel.Fuzz.Targets;

/// <summary>One way in for bytes of others, and what must hold whatever they are.</summary>
internal interface ITarget
{
    /// <summary>Also that of its folder in <c>Corpus</c>.</summary>
    string Name { get; }

    /// <summary>The longest input that is tried; what a program of operations makes of it may be longer.</summary>
    int MostBytes => 4096;

    /// <summary>Pieces of the format that chance would take long to find.</summary>
    IReadOnlyList<byte[]> Words => [];

    /// <summary>
    /// The input is DER, or is to be tried as such: elements are moved about with their lengths put right.
    /// </summary>
    bool IsDer => false;

    /// <summary>
    /// Uses the input as the tunnel would, each time alike. Any exception is a finding:
    /// <see cref="BrokenInvariantException"/> where the code returned something that it must not.
    /// </summary>
    void Run(byte[] input);
}
