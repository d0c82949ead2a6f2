using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;

namespace PriorNas.Torch.Tests.Priors;

/// <summary>The definition of the Zen-score in loops over doubles, from the same random numbers; no tensor library.</summary>
internal static class PlainZen
{
    private const double Epsilon = 1e-5;

    /// <summary>The score of each repeat.</summary>
    internal static double[] Score(Architecture architecture, SampledZenOptions options, RandomStream random)
    {
        var shape = NetworkShape.Of(architecture);
        var stream = random.Split(architecture.Canonical().Code);
        var scores = new double[options.Repeats];
        List<double>? running = null;
        for (var repeat = 0; repeat < options.Repeats; repeat++)
        {
            var size = shape.Stem.InputSize;
            var elements = options.BatchSize * 3 * size * size;
            var images = Numbers(stream.Split("images", repeat), elements);
            var noise = Numbers(stream.Split("perturbation", repeat), elements);
            var perturbed = images.Zip(noise, (x, n) => x + options.Perturbation * n).ToArray();
            var weights = stream.Split("weights", repeat);
            var (map, variances) = Forward(shape, options.KeepsShortcuts, weights, new Maps(images, options.BatchSize, 3, size));
            var (mapOfPerturbed, variancesOfPerturbed) = Forward(shape, options.KeepsShortcuts, weights, new Maps(perturbed, options.BatchSize, 3, size));
            var entering = variances;
            if (options.Variance == ZenVariance.Running)
            {
                running ??= [.. variances.Select(_ => 1.0)];
                for (var i = 0; i < running.Count; i++)
                    running[i] = 0.9 * (0.9 * running[i] + 0.1 * variances[i]) + 0.1 * variancesOfPerturbed[i];
                entering = running;
            }

            var distances = Enumerable.Range(0, options.BatchSize).Select(image => map.OfImage(image).Zip(mapOfPerturbed.OfImage(image), (a, b) => Math.Abs(a - b)).Sum());
            scores[repeat] = Math.Log(distances.Average()) + entering.Sum(v => Math.Log(Math.Sqrt(v)));
        }

        return scores;
    }

    private static (Maps Map, List<double> Variances) Forward(NetworkShape shape, bool keepsShortcuts, RandomStream weights, Maps images)
    {
        var variances = new List<double>();
        var map = Normalize(Convolve(images, shape.Stem, weights.Split("stem")), variances).Each(Rectify);
        if (shape.HasMaxPool)
            map = MaxPool(map);
        for (var i = 0; i < shape.Blocks.Length; i++)
        {
            var block = shape.Blocks[i];
            var inner = Normalize(Convolve(map, block.First, weights.Split("first", i)), variances).Each(Rectify);
            var sum = Normalize(Convolve(inner, block.Second, weights.Split("second", i)), variances);
            if (block.Third is { } third)
                sum = Normalize(Convolve(sum.Each(Rectify), third, weights.Split("third", i)), variances);
            if (keepsShortcuts)
            {
                var shortcut = block.Projection is { } projection ? Normalize(Convolve(map, projection, weights.Split("projection", i)), variances) : map;
                sum = sum with { Values = [.. sum.Values.Zip(shortcut.Values, (a, b) => a + b)] };
            }

            map = sum.Each(Rectify);
        }

        return (map, variances);
    }

    private static double Rectify(double value) => Math.Max(0, value);

    private static Maps Convolve(Maps input, ConvolutionShape shape, RandomStream random)
    {
        var weights = Numbers(random, (int)shape.Weights);
        var output = new Maps(new double[input.Images * shape.OutputElements], input.Images, shape.OutputChannels, shape.OutputSize);
        for (var position = 0; position < output.Values.Length; position++)
        {
            var (image, channel, row, column) = output.Place(position);
            for (var tap = 0; tap < shape.InputChannels * shape.Kernel * shape.Kernel; tap++)
            {
                var (from, y, x) = (tap / (shape.Kernel * shape.Kernel), tap / shape.Kernel % shape.Kernel, tap % shape.Kernel);
                var (inputRow, inputColumn) = (row * shape.Stride + y - shape.Kernel / 2, column * shape.Stride + x - shape.Kernel / 2);
                if (input.Holds(inputRow, inputColumn))
                    output.Values[position] += weights[channel * shape.InputChannels * shape.Kernel * shape.Kernel + tap] * input.At(image, from, inputRow, inputColumn);
            }
        }

        return output;
    }

    private static Maps Normalize(Maps input, List<double> variances)
    {
        var output = input with { Values = (double[])input.Values.Clone() };
        var mean = 0.0;
        for (var channel = 0; channel < input.Channels; channel++)
        {
            var positions = Enumerable.Range(0, input.Values.Length).Where(position => input.Place(position).Channel == channel).ToArray();
            var average = positions.Average(position => input.Values[position]);
            var variance = positions.Average(position => Math.Pow(input.Values[position] - average, 2));
            mean += variance / input.Channels;
            foreach (var position in positions)
                output.Values[position] = (input.Values[position] - average) / Math.Sqrt(variance + Epsilon);
        }

        variances.Add(mean);
        return output;
    }

    private static Maps MaxPool(Maps input)
    {
        var size = (input.Size - 1) / 2 + 1;
        var output = new Maps(new double[input.Images * input.Channels * size * size], input.Images, input.Channels, size);
        for (var position = 0; position < output.Values.Length; position++)
        {
            var (image, channel, row, column) = output.Place(position);
            output.Values[position] = (from y in Enumerable.Range(2 * row - 1, 3) from x in Enumerable.Range(2 * column - 1, 3) where input.Holds(y, x) select input.At(image, channel, y, x)).Max();
        }

        return output;
    }

    private static double[] Numbers(RandomStream random, int count)
    {
        var numbers = new float[count];
        NormalNumbers.Fill(numbers, random);
        return Array.ConvertAll(numbers, number => (double)number);
    }

    /// <summary>[images, channels, size, size].</summary>
    private sealed record Maps(double[] Values, int Images, int Channels, int Size)
    {
        internal double At(int image, int channel, int row, int column) => Values[((image * Channels + channel) * Size + row) * Size + column];

        internal bool Holds(int row, int column) => row >= 0 && row < Size && column >= 0 && column < Size;

        internal (int Image, int Channel, int Row, int Column) Place(int position) =>
            (position / (Size * Size * Channels), position / (Size * Size) % Channels, position / Size % Size, position % Size);

        internal Maps Each(Func<double, double> function) => this with { Values = Array.ConvertAll(Values, value => function(value)) };

        internal IEnumerable<double> OfImage(int image) => Values.Skip(image * Values.Length / Images).Take(Values.Length / Images);
    }
}
