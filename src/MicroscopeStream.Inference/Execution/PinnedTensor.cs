using Microsoft.ML.OnnxRuntime;

namespace MicroscopeStream.Inference.Execution;

/// <summary>A float32 tensor in pinned memory that both sides see: ours as a span, the runtime's as a value.</summary>
internal sealed class PinnedTensor : IDisposable
{
    private readonly float[] _memory;
    private readonly int _offset;

    /// <summary>Allocates a tensor of zeros.</summary>
    /// <param name="shape">Lengths of the axes.</param>
    public PinnedTensor(long[] shape)
        : this(GC.AllocateArray<float>(checked((int)Count(shape)), pinned: true), 0, shape)
    {
    }

    /// <summary>Shows a part of pinned memory as a tensor.</summary>
    public PinnedTensor(float[] memory, int offset, long[] shape)
        : this(memory, offset, shape, shape)
    {
    }

    private PinnedTensor(float[] memory, int offset, long[] shape, long[] shapeOfValue)
    {
        (_memory, _offset, Shape, Length) = (memory, offset, shape, checked((int)Count(shape)));
        Value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(offset, Length), shapeOfValue);
    }

    /// <summary>A tensor of zeros of one channel, [1, 1, y, x], that the runtime sees as [1, y, x, 1]: the same memory.</summary>
    public static PinnedTensor ChannelsLast(long[] shape) => new(
        GC.AllocateArray<float>(checked((int)Count(shape)), pinned: true), 0, shape, [shape[0], shape[2], shape[3], shape[1]]);

    /// <summary>Lengths of the axes.</summary>
    public long[] Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>The runtime's side.</summary>
    public OrtValue Value { get; }

    /// <summary>Our side, row-major.</summary>
    public Span<float> Span => _memory.AsSpan(_offset, Length);

    /// <summary>Number of elements of a shape.</summary>
    public static long Count(long[] shape) => shape.Aggregate(1L, (product, length) => checked(product * length));

    /// <inheritdoc/>
    public void Dispose() => Value.Dispose();
}
