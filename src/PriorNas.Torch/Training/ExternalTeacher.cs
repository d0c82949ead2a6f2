using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>A trained network of a file, whose logits the subnets of a supernet learn from. Its weights and statistics never change.</summary>
public sealed class ExternalTeacher : IDisposable
{
    private readonly ElasticResNet network;

    private ExternalTeacher(ElasticResNet network) => this.network = network;

    /// <summary>Refuses an external teacher that cannot teach, before images are read.</summary>
    /// <param name="options">Of the recipe.</param>
    /// <param name="space">Of the subnets that are taught.</param>
    /// <exception cref="InputException">The file is missing, damaged, no network, or of other classes.</exception>
    public static void Require(DistillationOptions options, SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(space);
        Open(options, space)?.Dispose();
    }

    /// <summary>Reads the teacher of a recipe.</summary>
    /// <param name="options">Of the recipe.</param>
    /// <param name="space">Of the subnets that are taught.</param>
    /// <returns>Null where the recipe has none.</returns>
    /// <exception cref="InputException">The file is missing, damaged, no network, or has other classes.</exception>
    internal static ExternalTeacher? Open(DistillationOptions options, SearchSpace space)
    {
        if (options.Teacher != TeacherKind.External)
            return null;
        var network = PlainNetworkFile.Read(options.Network!);
        if (network.Space.Classes == space.Classes)
            return new ExternalTeacher(network);
        var classes = network.Space.Classes;
        network.Dispose();
        throw new InputException($"teacher '{options.Network}' has {classes} classes, the run has {space.Classes}; give a network that was trained on the same classes.");
    }

    /// <summary>The SHA-256 of the file of a recipe's teacher, 64 lower-case digits; null where the recipe has none.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    internal static string? HashOf(DistillationOptions options)
    {
        if (options.Teacher != TeacherKind.External)
            return null;
        try
        {
            using var file = File.OpenRead(options.Network!);
            return Sha256Text.Of(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"teacher '{options.Network}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What it says of images.</summary>
    /// <param name="images">[N, 3, H, W] float32.</param>
    /// <returns>[N, classes], without gradient.</returns>
    internal Tensor Logits(Tensor images)
    {
        using var noGradient = no_grad();
        return network.forward(images, network.Widest, BatchNormStatistics.Running);
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
