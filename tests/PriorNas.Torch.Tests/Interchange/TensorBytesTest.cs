using PriorNas.Files;
using PriorNas.Torch.Interchange;
using TorchSharp;

namespace PriorNas.Torch.Tests.Interchange;

public class TensorBytesTest
{
    public static TheoryData<torch.ScalarType, string> Types => new()
    {
        { torch.ScalarType.Float32, "F32" }, { torch.ScalarType.Float64, "F64" }, { torch.ScalarType.BFloat16, "BF16" },
        { torch.ScalarType.Int64, "I64" }, { torch.ScalarType.Byte, "U8" },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_and_shape_returns_through_a_file(torch.ScalarType type, string name)
    {
        foreach (var shape in new long[][] { [], [5], [2, 3, 4], [0], [3, 0, 2], [1, 1, 1, 1, 1] })
        {
            using var scope = torch.NewDisposeScope();
            var tensor = (torch.rand(shape, dtype: torch.float64) * 200).to(type);
            var bytes = Samples.Write([TensorBytes.From("x", tensor)], new Dictionary<string, string>());
            var read = SafeTensorsFile.Read(bytes, "x", requireChecksum: true)["x"];
            Assert.Equal(name, read.Type);
            Assert.Equal(shape, read.Shape);
            var back = TensorBytes.ToTensor(read);
            Assert.Equal((type, false), (back.dtype, back.requires_grad));
            AssertSame(tensor, back);

            var target = torch.zeros(shape, dtype: type);
            TensorBytes.CopyTo(read, target);
            AssertSame(tensor, target);
        }
    }

    [Fact]
    public void The_elements_stand_in_row_major_order_whatever_the_memory_format()
    {
        using var scope = torch.NewDisposeScope();
        var channelsLast = torch.arange(24, dtype: torch.float32).reshape(1, 2, 3, 4).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Assert.False(channelsLast.is_contiguous());
        var saved = TensorBytes.From("x", channelsLast);
        AssertSame(channelsLast, TensorBytes.ToTensor(saved));

        var target = torch.zeros_like(channelsLast);
        Assert.False(target.is_contiguous());
        TensorBytes.CopyTo(saved, target);
        AssertSame(channelsLast, target);
        Assert.False(target.is_contiguous());

        // A slice of a larger weight shares memory that must stay untouched around it.
        var whole = torch.zeros(4, 2, 3, 4);
        TensorBytes.CopyTo(saved, whole.slice(0, 1, 2, 1));
        Assert.Equal(channelsLast.sum().item<float>(), whole.sum().item<float>());
        AssertSame(channelsLast, whole.slice(0, 1, 2, 1));
    }

    [Fact]
    public void A_parameter_is_saved_and_loaded_in_place_without_gradient()
    {
        using var scope = torch.NewDisposeScope();
        var parameter = new TorchSharp.Modules.Parameter(torch.ones(2, 3), requires_grad: true);
        var saved = TensorBytes.From("weight", parameter);
        var target = new TorchSharp.Modules.Parameter(torch.zeros(2, 3), requires_grad: true);
        var turned = new TorchSharp.Modules.Parameter(torch.zeros(3, 2).t(), requires_grad: true);
        Assert.False(turned.is_contiguous());
        foreach (var loaded in new[] { target, turned })
        {
            TensorBytes.CopyTo(saved, loaded);
            AssertSame(parameter, loaded);
            Assert.True(loaded.requires_grad && loaded.is_leaf);
        }
    }

    [Fact]
    public void Another_shape_or_type_is_refused_and_nothing_written()
    {
        using var scope = torch.NewDisposeScope();
        var saved = TensorBytes.From("stem.weight", torch.ones(2, 3));
        const string Remedy = "; give a file that was written for this network.";
        foreach (var (target, form) in new[] { (torch.zeros(3, 2), "F32 [3, 2]"), (torch.zeros(6), "F32 [6]"), (torch.zeros(2, 3, dtype: torch.float64), "F64 [2, 3]"), (torch.zeros(2, 3, dtype: torch.int32), "Int32 [2, 3]") })
        {
            Assert.Equal(
                $"Tensor 'stem.weight' is F32 [2, 3] in the file and {form} in the network{Remedy}",
                Assert.Throws<InputException>(() => TensorBytes.CopyTo(saved, target)).Message);
            Assert.Equal(0, target.sum().to(torch.float64).item<double>());
        }
    }

    [Fact]
    public void Types_that_are_not_carried_and_data_of_another_length_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        var complex = torch.zeros(2, dtype: torch.complex64);
        Assert.Contains("(allowed: Float32, Float64, BFloat16, Int64, Byte)", Assert.Throws<ArgumentException>(() => TensorBytes.From("x", complex)).Message, StringComparison.Ordinal);
        Assert.Equal(
            "Tensor 'x' has the type F16 (allowed: F32, F64, BF16, I64, U8); convert the file.",
            Assert.Throws<InputException>(() => TensorBytes.ToTensor(new SafeTensor("x", "F16", [1], new byte[2]))).Message);
        foreach (var length in new[] { 0, 3, 5 })
        {
            var wrong = new SafeTensor("x", "F32", [1], new byte[length]);
            Assert.Throws<InputException>(() => TensorBytes.ToTensor(wrong));
            Assert.Throws<InputException>(() => TensorBytes.CopyTo(wrong, torch.zeros(1)));
        }
    }

    [Fact]
    public void No_tensor_is_left_alive()
    {
        void SaveAndLoad()
        {
            using var scope = torch.NewDisposeScope();
            var turned = torch.ones(2, 3).t();
            var saved = TensorBytes.From("x", turned);
            TensorBytes.CopyTo(saved, turned);
            TensorBytes.ToTensor(saved);
        }

        SaveAndLoad();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        SaveAndLoad();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void AssertSame(torch.Tensor expected, torch.Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.eq(actual).all().item<bool>());
    }
}
