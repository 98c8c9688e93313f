namespace MicroscopeStream.StructuredIllumination.Optics;

/// <summary>Windows that fade images out at their edges, so that what a Fourier transform takes for periodic has no seam.</summary>
internal static class EdgeWindow
{
    /// <summary>1 inside, a raised cosine to 0 over some pixels at either end.</summary>
    public static float[] Make(int length, int edge)
    {
        var window = new float[length];
        for (int i = 0; i < length; i++)
        {
            double fromEdge = Math.Min(i + 0.5, length - i - 0.5);
            window[i] = fromEdge < edge ? (float)(0.5 * (1 - Math.Cos(Math.PI * fromEdge / edge))) : 1;
        }

        return window;
    }

    /// <summary>The usual edge: a thirty-second of the shorter side, 4 to 16 pixels.</summary>
    public static int EdgeOf(int width, int height) => Math.Clamp(Math.Min(width, height) / 32, 4, 16);
}
