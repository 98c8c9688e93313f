namespace MicroscopeStream.Inference.Packages;

/// <summary>What can run along a model's window of frames.</summary>
public static class ModelFrameOrder
{
    /// <summary>Frames in time.</summary>
    public const string Time = "time";

    /// <summary>One frame of each angle of a pattern.</summary>
    public const string Angle = "angle";

    /// <summary>All phases of the first angle, then of the second, and so on.</summary>
    public const string AnglePhase = "angle,phase";

    /// <summary>
    /// A Richardson-Lucy reconstruction and the mean of its frames, enlarged: two planes on the grid twice as fine as the camera's, in
    /// photons per camera pixel.
    /// </summary>
    public const string RichardsonLucy = "richardson-lucy,widefield";

    /// <summary>The same with a Wiener reconstruction.</summary>
    public const string Wiener = "wiener,widefield";

    /// <summary>A reconstruction is made of every phase that comes.</summary>
    public const string EveryPhase = "every";

    /// <summary>A reconstruction is made of the first phase of each angle.</summary>
    public const string FirstPhase = "first";

    /// <summary>All of them, for messages.</summary>
    public static IReadOnlyList<string> All { get; } = [Time, Angle, AnglePhase, RichardsonLucy, Wiener];

    /// <summary>Whether the model is given a reconstruction to refine, and not raw frames.</summary>
    /// <param name="order">One of <see cref="All"/>.</param>
    public static bool IsReconstruction(string order) => order is RichardsonLucy or Wiener;
}
