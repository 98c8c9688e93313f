using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.EmpiricalPsf;
using MicroscopeStream.Localizations.Fitting;

namespace MicroscopeStream.Benchmarks.Astigmatism;

/// <summary>One spot in three dimensions, nm from the region's corner.</summary>
internal readonly record struct DepthFit(double X, double Y, double Z, double SigmaZ, bool Converged);

/// <summary>A way to fit spots in three dimensions.</summary>
internal interface IDepthFit
{
    string Name { get; }

    DepthFit[] Fit(float[] regions, int spots);
}

/// <summary>The measured PSF.</summary>
internal sealed class SplineDepthFit(SplinePsf psf, int size) : IDepthFit
{
    private readonly SplineFitter _fitter = new(psf, new SplineFitOptions { RegionSize = size });

    public string Name => "spline";

    public DepthFit[] Fit(float[] regions, int spots)
    {
        var fits = new SplineFit[spots];
        _fitter.Fit(regions, [], fits);
        return [.. fits.Select(f => new DepthFit(f.X * psf.PixelSizeNm, f.Y * psf.PixelSizeNm, f.ZNm, f.SigmaZNm, f.Converged))];
    }
}

/// <summary>The elliptical Gaussian, its widths looked up in the curves.</summary>
internal sealed class GaussianDepthFit(AstigmatismCalibration curves, int size, double pixel) : IDepthFit
{
    private readonly GaussianFitter _fitter = new(new GaussianFitOptions
    {
        Shape = GaussianShape.Elliptical,
        RegionSize = size,
        PsfSigma = (float)(curves.X.At(0) / pixel),
    });

    public string Name => "gaussian";

    public DepthFit[] Fit(float[] regions, int spots)
    {
        var fits = new GaussianFit[spots];
        _fitter.Fit(regions, [], fits);
        return
        [
            .. fits.Select(f =>
            {
                AxialEstimate depth = curves.Depth(f.PsfSigmaX * pixel, f.PsfSigmaY * pixel, f.SigmaPsfSigmaX * pixel, f.SigmaPsfSigmaY * pixel);
                return new DepthFit(f.X * pixel, f.Y * pixel, depth.ZNm, depth.SigmaZNm, f.Converged);
            }),
        ];
    }
}
