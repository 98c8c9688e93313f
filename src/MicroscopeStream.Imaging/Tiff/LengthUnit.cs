namespace MicroscopeStream.Imaging.Tiff;

/// <summary>Units of length as microscope files spell them.</summary>
internal static class LengthUnit
{
    /// <summary>nm per unit, or NaN for a unit that is none of length (pixel, reference frame).</summary>
    internal static double ToNm(string unit) => unit.Trim().Replace("\\u00B5", "µ", StringComparison.OrdinalIgnoreCase) switch
    {
        "nm" or "nanometer" or "nanometre" => 1,
        "Å" or "angstrom" => 0.1,
        "pm" => 1e-3,

        // U+00B5 (micro sign) and U+03BC (Greek mu) look alike, and both occur.
        "µm" or "\u03BCm" or "um" or "micron" or "microns" or "micrometer" or "micrometre" => 1e3,
        "mm" or "millimeter" or "millimetre" => 1e6,
        "cm" or "centimeter" => 1e7,
        "m" or "meter" => 1e9,
        "inch" or "in" or "\"" => 2.54e7,
        _ => double.NaN,
    };
}
