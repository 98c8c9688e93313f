using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Drift;

/// <summary>What is kept of a localization to draw it again: 20 bytes.</summary>
internal readonly struct KeptPoint(in Localization l)
{
    private readonly float _x = (float)l.X;
    private readonly float _y = (float)l.Y;
    private readonly float _z = (float)l.Z;
    private readonly int _frame = checked((int)l.Frame);
    private readonly Half _sigmaX = (Half)l.SigmaX;
    private readonly Half _sigmaY = (Half)l.SigmaY;

    public Localization At(DriftCurve curve)
    {
        (double x, double y) = curve.At(_frame);
        return new Localization
        {
            Frame = _frame,
            X = _x - x,
            Y = _y - y,
            Z = _z,
            SigmaX = (float)_sigmaX,
            SigmaY = (float)_sigmaY,
        };
    }
}
