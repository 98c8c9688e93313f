namespace MicroscopeStream.Simulator.Living;

/// <summary>A part of a living structure: points that move, each standing for a stretch of structure. Times are seconds.</summary>
internal abstract class LivingPart
{
    /// <summary>Its points.</summary>
    public abstract int Points { get; }

    /// <summary>Structure that a point stands for, nm.</summary>
    public abstract double NmPerPoint { get; }

    /// <summary>Sets the time for what follows.</summary>
    public abstract void GoTo(double time);

    /// <summary>Where a point is at that time, nm.</summary>
    public abstract (double X, double Y) Position(int point);

    /// <summary>How much of the point's stretch is there at that time, 0…1.</summary>
    public virtual double Presence(int point) => 1;
}
