using System.Numerics.Tensors;
using MicroscopeStream.Core.Numerics;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Windows;

/// <summary>What a normalization does to values, as one step: value × <paramref name="Factor"/> + <paramref name="Summand"/>.</summary>
/// <param name="Factor">Multiplied.</param>
/// <param name="Summand">Added after that.</param>
internal readonly record struct Affine(float Factor, float Summand)
{
    /// <summary>Whether nothing changes.</summary>
    public bool IsIdentity => Factor == 1 && Summand == 0;

    /// <summary>The step back.</summary>
    public Affine Inverse => new(1 / Factor, -Summand / Factor);

    /// <summary>Changes values in place.</summary>
    public void Apply(Span<float> values)
    {
        if (!IsIdentity)
        {
            TensorPrimitives.Multiply(values, Factor, values);
            TensorPrimitives.Add(values, Summand, values);
        }
    }
}

/// <summary>
/// Takes the numbers of a normalization from the frames themselves where its kind asks for it. Not thread-safe; keeps one scratch buffer.
/// </summary>
internal sealed class FrameNumbers(ModelNormalization normalization)
{
    /// <summary>An even frame has no range to be divided by: it becomes even, not infinite.</summary>
    private const double LeastRange = 1e-6;

    private float[] _scratch = [];

    /// <summary>Whether the numbers stand in the manifest.</summary>
    public bool AreConstant => normalization.Kind is NormalizationKind.Photons or NormalizationKind.Constants or NormalizationKind.Anscombe;

    /// <summary>Whether they are those of all frames of the window together.</summary>
    public bool AreOfStack => !AreConstant && normalization.Scope == NormalizationScope.Stack;

    /// <summary>The step that the normalization takes for these values; after Anscombe's root where the kind is that.</summary>
    /// <param name="values">One frame, or all frames of the window one after the other; not looked at where the numbers are constant.</param>
    public Affine Of(ReadOnlySpan<float> values)
    {
        (double low, double range) = normalization.Kind switch
        {
            NormalizationKind.Percentile => Between(
                Percentile(values, normalization.Low!.Value), Percentile(values, normalization.High!.Value)),
            NormalizationKind.MinMax => Between(TensorPrimitives.Min(values), TensorPrimitives.Max(values)),
            NormalizationKind.MeanStd => MeanAndDeviation(values),
            _ => (0, 1),
        };
        double factor = normalization.Scale / range;
        return new Affine((float)factor, (float)((-low * factor) - (normalization.Offset * normalization.Scale)));
    }

    private static (double Low, double Range) Between(double low, double high) => (low, Math.Max(high - low, LeastRange));

    private static (double Mean, double Deviation) MeanAndDeviation(ReadOnlySpan<float> values)
    {
        double sum = 0, squares = 0;
        foreach (float value in values)
        {
            sum += value;
            squares += (double)value * value;
        }

        double mean = sum / values.Length;
        return (mean, Math.Max(Math.Sqrt(Math.Max((squares / values.Length) - (mean * mean), 0)), LeastRange));
    }

    /// <summary>A percentile with linear interpolation between the two values beside it, as NumPy does by default.</summary>
    private double Percentile(ReadOnlySpan<float> values, double percent)
    {
        if (_scratch.Length < values.Length)
        {
            _scratch = new float[values.Length];
        }

        Span<float> sorted = _scratch.AsSpan(0, values.Length);
        values.CopyTo(sorted);
        double at = percent / 100 * (values.Length - 1);
        int below = (int)at;
        float low = OrderStatistic.Select(sorted, below);

        // What lies behind the n-th is not smaller: the next is the least of it.
        return below + 1 < sorted.Length && at > below ? low + ((at - below) * (TensorPrimitives.Min(sorted[(below + 1)..]) - low)) : low;
    }
}
