namespace PriorNas.Torch.Tests.Losses;

/// <summary>The distillation losses as their papers write them, in double precision: probabilities first, no logarithmic space, no tensors.</summary>
internal static class PlainDistillation
{
    internal static double[] Softmax(IEnumerable<double> logits)
    {
        var powers = logits.Select(Math.Exp).ToArray();
        return [.. powers.Select(power => power / powers.Sum())];
    }

    internal static double[] Row(double[,] values, int row, double temperature = 1) =>
        [.. Enumerable.Range(0, values.GetLength(1)).Select(j => values[row, j] / temperature)];

    /// <summary>The mean over images of a function of the image's index.</summary>
    internal static double Mean(double[,] values, Func<int, double> image) => Enumerable.Range(0, values.GetLength(0)).Average(image);

    internal static double KullbackLeibler(double[] p, double[] q) => p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();

    internal static double SoftCrossEntropy(double[,] logits, double[,] teacher, double temperature) => temperature * temperature * Mean(logits, i =>
        -Softmax(Row(teacher, i, temperature)).Zip(Softmax(Row(logits, i, temperature)), (p, q) => p * Math.Log(q)).Sum());

    internal static double Decoupled(double[,] logits, double[,] teacher, int[] labels, double temperature, double targetWeight, double nonTargetWeight) =>
        temperature * temperature * Mean(logits, i =>
        {
            var (p, q) = (Softmax(Row(teacher, i, temperature)), Softmax(Row(logits, i, temperature)));
            var label = labels[i];
            double[] Others(double[] x) => [.. x.Where((_, j) => j != label).Select(value => value / (1 - x[label]))];
            return targetWeight * KullbackLeibler([p[label], 1 - p[label]], [q[label], 1 - q[label]]) + nonTargetWeight * KullbackLeibler(Others(p), Others(q));
        });

    internal static double Spherical(double[,] logits, double[,] teacher, double temperature)
    {
        static double[] Centred(double[] row) => [.. row.Select(value => value - row.Average())];
        static double Norm(double[] row) => Math.Sqrt(row.Sum(value => value * value));
        var radius = Mean(teacher, i => Norm(Centred(Row(teacher, i))));
        double[] Projected(double[] row) => Softmax(Centred(row).Select(value => value / Norm(Centred(row)) * radius / temperature));
        return temperature * temperature * Mean(logits, i => KullbackLeibler(Projected(Row(teacher, i)), Projected(Row(logits, i))));
    }

    /// <summary>Of one image.</summary>
    internal static double AlphaDivergence(double[] p, double[] q, double alpha, double clip) => alpha switch
    {
        0 => KullbackLeibler(q, p),
        1 => KullbackLeibler(p, q),
        _ => p.Zip(q, (a, b) => b * (Math.Min(Math.Pow(a / b, alpha), clip) - 1)).Sum() / (alpha * (alpha - 1)),
    };

    /// <summary>Of one image, with the function of p / q continuing as its tangent where the weight is clipped: its gradient is the clipped one.</summary>
    internal static double TangentDivergence(double[] p, double[] q, double alpha, double clip)
    {
        if (alpha is 0 or 1)
            return AlphaDivergence(p, q, alpha, clip);
        var scale = alpha * (alpha - 1);
        var edge = Math.Pow(clip, 1 / alpha); // p / q where the weight is the clip
        double Function(double ratio) => Math.Pow(ratio, alpha) <= clip
            ? (Math.Pow(ratio, alpha) - 1) / scale
            : (clip - 1) / scale + Math.Pow(edge, alpha - 1) / (alpha - 1) * (ratio - edge);
        return p.Zip(q, (a, b) => b * Function(a / b)).Sum();
    }
}
