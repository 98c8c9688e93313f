namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>
/// Prolongs the steps of an iteration along the ones before them (Biggs and Andrews 1997, 10.1364/AO.36.001766): the next step begins at
/// x_k + α (x_k − x_(k−1)), α the correlation of the last two corrections, 0…1.
/// </summary>
internal sealed class Acceleration(int pixels)
{
    private readonly float[] _start = new float[pixels];
    private readonly float[] _last = new float[pixels];
    private readonly float[] _correction = new float[pixels];
    private int _steps;

    /// <summary>Iterations begin at an image.</summary>
    public void Begin(float[] image)
    {
        image.CopyTo(_start, 0);
        _steps = 0;
    }

    /// <summary>Takes what a step arrived at, and moves it to where the next begins.</summary>
    public void Prolong(float[] image, bool last)
    {
        double both = 0, before = 0;
        for (int i = 0; i < image.Length; i++)
        {
            float correction = image[i] - _start[i];
            both += (double)correction * _correction[i];
            before += (double)_correction[i] * _correction[i];
            _correction[i] = correction;
        }

        float alpha = _steps > 0 && !last && before > 0 ? (float)Math.Clamp(both / before, 0, 1) : 0;
        for (int i = 0; i < image.Length; i++)
        {
            float now = image[i];
            image[i] = alpha > 0 ? Math.Max(0, now + (alpha * (now - _last[i]))) : now;
            _last[i] = now;
            _start[i] = image[i];
        }

        _steps++;
    }
}
