namespace PriorNas.Cli.Diagnosis;

/// <summary>What a finding means for the program.</summary>
internal enum FindingState
{
    /// <summary>As it should be, or only told.</summary>
    Good,

    /// <summary>The program works, but not as well as it could.</summary>
    Note,

    /// <summary>Something that the program needs is missing or wrong.</summary>
    Missing,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Area">Which part of the machine or the program.</param>
/// <param name="Name">What was looked at.</param>
/// <param name="Value">What was found.</param>
/// <param name="State">What that means.</param>
/// <param name="Remedy">What to do about it; given wherever the state is not good.</param>
internal sealed record Finding(string Area, string Name, string Value, FindingState State = FindingState.Good, string? Remedy = null);
