namespace PriorNas.Cli.Arguments;

/// <summary>How the best are found by rounds.</summary>
/// <param name="Top">How many.</param>
/// <param name="Confidence">Of each accuracy's interval.</param>
/// <param name="FirstImages">Validation images of the first round.</param>
internal sealed record RacingOptions(int Top, double Confidence, int FirstImages);
