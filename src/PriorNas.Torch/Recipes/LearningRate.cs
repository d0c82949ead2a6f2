namespace PriorNas.Torch.Recipes;

/// <summary>The learning rate as a pure function of the step: linear warm-up, then half a cosine to 0.</summary>
public static class LearningRate
{
    /// <summary>The rate at a step.</summary>
    /// <param name="peak">The rate at the end of the warm-up.</param>
    /// <param name="warmUpSteps">Steps of the warm-up; its first step has peak / warmUpSteps.</param>
    /// <param name="step">0-based.</param>
    /// <param name="steps">Of the whole run.</param>
    public static double At(double peak, long warmUpSteps, long step, long steps)
    {
        if (step < warmUpSteps)
            return peak * (step + 1) / warmUpSteps;
        var progress = (double)(step - warmUpSteps) / Math.Max(1, steps - warmUpSteps);
        return 0.5 * peak * (1 + Math.Cos(Math.PI * Math.Min(1, progress)));
    }
}
