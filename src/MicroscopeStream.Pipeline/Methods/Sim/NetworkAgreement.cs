using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.StructuredIllumination.Optics;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Holds a network's image against a reconstruction of the same frames at the widefield's resolution, where both must agree.</summary>
/// <param name="grid">Grid of both.</param>
/// <param name="transfer">The lens.</param>
/// <remarks>One thread at a time.</remarks>
internal sealed class NetworkAgreement(PixelGrid grid, OpticalTransfer transfer)
{
    /// <summary>Below this correlation the network shows something else than the frames hold.</summary>
    private const double Least = 0.9;

    // σ of about the widefield's resolution, 1 / cutoff, full width at half maximum.
    private readonly GaussianBlur _blur = new(1000 / transfer.CutoffPerUm / 2.355 / grid.PixelSizeNm);
    private readonly float[] _a = new float[grid.PixelCount];
    private readonly float[] _b = new float[grid.PixelCount];

    /// <summary>The report, with a reason more where they differ.</summary>
    /// <param name="image">The network's.</param>
    /// <param name="reconstruction">What it is held against.</param>
    /// <param name="name">What that is called.</param>
    /// <param name="report">What was found so far.</param>
    public TrustReport Check(ReadOnlySpan<float> image, ReadOnlySpan<float> reconstruction, string name, TrustReport report)
    {
        _blur.Apply(image, _a, grid.Width, grid.Height);
        _blur.Apply(reconstruction, _b, grid.Width, grid.Height);
        double correlation = ImageComparison.Pearson(_a, _b);

        // An image without any structure agrees with none.
        double agreement = double.IsNaN(correlation) ? 0 : correlation;
        return agreement >= Least
            ? report
            : report.With(
                agreement < 0.5 ? TrustLevel.Untrusted : TrustLevel.Caution,
                FormattableString.Invariant($"Network and {name} reconstruction of the same frames differ even at the widefield's resolution (correlation {agreement:f2}, {Least} is good): look at both."));
    }
}
