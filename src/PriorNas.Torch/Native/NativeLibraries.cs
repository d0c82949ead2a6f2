using Microsoft.Data.Sqlite;
using SkiaSharp;

namespace PriorNas.Torch.Native;

/// <summary>Uses each native library beside the tensor library once, so that one that does not load shows.</summary>
public static class NativeLibraries
{
    /// <summary>The files of the tensor library on Linux, in the order in which they load.</summary>
    public static IReadOnlyList<string> TensorLibraryFiles { get; } = ["libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so"];

    /// <summary>Encodes a pixel as PNG and decodes it.</summary>
    /// <returns>What works, with the version.</returns>
    /// <exception cref="TypeInitializationException">The library does not load.</exception>
    /// <exception cref="DllNotFoundException">The library does not load.</exception>
    public static string DecodeImage()
    {
        using var bitmap = new SKBitmap(1, 1);
        bitmap.Erase(SKColors.Red);
        using var file = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        using var decoded = SKBitmap.Decode(file);
        return $"decodes ({SkiaSharpVersion.Native})";
    }

    /// <summary>Opens a database in memory and asks for its version.</summary>
    /// <returns>What works, with the version.</returns>
    /// <exception cref="TypeInitializationException">The library does not load.</exception>
    /// <exception cref="DllNotFoundException">The library does not load.</exception>
    public static string QueryDatabase()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return $"answers ({connection.ServerVersion})";
    }

    /// <summary>Where a native library of the program lies, or null where it is missing.</summary>
    public static string? Find(string name) => TorchNativeLibrary.Find(name);
}
