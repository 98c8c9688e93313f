namespace MicroscopeStream.Simulator.Scenes;

/// <summary>Checks the options of a <see cref="SmlmScene"/>.</summary>
public static class SmlmSceneRules
{
    /// <summary>Molecules that a simulation may have at most: 40 bytes each.</summary>
    public const double MostMolecules = 20e6;

    /// <summary>Lists what is impossible about a scene, one sentence per option; empty when all is well.</summary>
    public static IReadOnlyList<string> Problems(this SmlmScene scene)
    {
        var problems = new List<string>();
        Range(scene.Width, 8, 4096, "width", "px");
        Range(scene.Height, 8, 4096, "height", "px");
        Range(scene.PixelSizeNm, 1, 10_000, "pixel_size_nm", "nm");
        Range(scene.PsfSigmaNm, 0.1 * scene.PixelSizeNm, 20 * scene.PixelSizeNm, "psf_sigma_nm", "nm (0.1 to 20 pixels)");
        Range(scene.PsfSigmaSpread, 0, 0.3, "psf_sigma_spread", "of the width");
        if (scene.Psf is { } psf)
        {
            Range(scene.PixelSizeNm, 0.999999 * psf.PixelSizeNm, 1.000001 * psf.PixelSizeNm, "pixel_size_nm", "nm, that of the PSF calibration");
            Range(scene.MinimumZNm, psf.MinimumZNm, psf.MaximumZNm, "minimum_z_nm", "nm, the depths of the PSF calibration");
            Range(scene.MaximumZNm, scene.MinimumZNm, psf.MaximumZNm, "maximum_z_nm", "nm, from the least depth to the PSF calibration's largest");
        }

        Range(scene.Photons, 1e-3, 1e7, "photons", "photons");
        Range(scene.PhotonsSpread, 0, 3, "photons_spread", "of the mean");
        Range(scene.BackgroundPhotons, 0, 1e6, "background_photons", "photons per pixel");
        Range(scene.BackgroundSpread, 0, 1, "background_spread", "of the mean");
        Range(scene.DensityPerUm2, 1e-6, 1000, "density_per_um2", "emitters per µm²");
        Range(scene.OnTimeFrames, scene.WholeFrames ? 1 : 1e-3, 1e6, "on_time_frames", "frames");
        Range(scene.OffTimeFrames, 1, 1e9, "off_time_frames", "frames");
        Range(scene.BlinksUntilBleached ?? 1, 1, 1e9, "blinks_until_bleached", "blinks");
        Range(scene.FilamentUmPerUm2, 1e-4, 100, "filament_um_per_um2", "µm per µm²");
        Range(scene.FilamentRadiusNm, 0, 1000, "filament_radius_nm", "nm");
        Range(scene.DriftStepNm, 0, 100, "drift_step_nm", "nm per frame");
        Range(scene.DriftJumpFrames, 0, int.MaxValue, "drift_jump_frames", "frames");
        Range(scene.DriftJumpNm, 0, 1000, "drift_jump_nm", "nm");
        if (scene.Structure == SmlmStructure.Grid)
        {
            double side = Math.Min(scene.Grid.WidthNm, scene.Grid.HeightNm);
            Range(scene.GridPeriodNm, 10, side, "grid_period_nm", "nm (at most the field's shorter side)");
        }

        Range(scene.StarWedges, 2, 360, "star_wedges", "wedges");
        Range(scene.SaturationAdu, 1, ushort.MaxValue, "saturation_adu", "ADU");
        if (!Enum.IsDefined(scene.Structure))
        {
            problems.Add($"structure is {scene.Structure}, expected one of {string.Join(", ", Enum.GetNames<SmlmStructure>())}.");
        }

        if (problems.Count == 0 && scene.MoleculesInField > MostMolecules)
        {
            string needed = FormattableString.Invariant($"{scene.MoleculesInField:E1} molecules, at most {MostMolecules:E0} are simulated");
            problems.Add($"density_per_um2 × area ÷ share of time on needs {needed}: lower off_time_frames or the density.");
        }

        foreach (Core.Cameras.CameraProblem problem in scene.Camera.Validate(scene.Grid.PixelCount))
        {
            problems.Add($"camera {problem.Field} is {problem.Value}, expected {problem.Expected}.");
        }

        return problems;

        void Range(double value, double low, double high, string option, string unit)
        {
            if (!(value >= low && value <= high))
            {
                problems.Add(FormattableString.Invariant($"{option} is {value}, expected {low} to {high} {unit}."));
            }
        }
    }

    /// <summary>Throws when a scene is impossible.</summary>
    /// <exception cref="ArgumentException">One or more options are out of their range; the message lists them.</exception>
    public static void ThrowIfInvalid(this SmlmScene scene)
    {
        IReadOnlyList<string> problems = scene.Problems();
        if (problems.Count > 0)
        {
            throw new ArgumentException("The scene cannot be simulated: " + string.Join(" ", problems), nameof(scene));
        }
    }
}
