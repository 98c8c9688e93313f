using System.Globalization;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>What an acquisition says about its structured illumination: in which order frames come, through which lens. Immutable.</summary>
public sealed record SimAcquisition
{
    /// <summary>Fewest rows and columns of a frame: below, no verdict can be had.</summary>
    public const int SmallestEdge = 40;

    /// <summary>Where a measured transfer function may end, as a share of 2·NA/λ.</summary>
    private const double LeastOfCutoff = 0.5, MostOfCutoff = 1.5;

    private SimAcquisition(FrameOrder order, OpticalTransfer transfer, PixelGrid camera, PixelGrid frame) =>
        (Order, Transfer, Camera, Frame) = (order, transfer, camera, frame);

    /// <summary>In which order frames come; one axial slice.</summary>
    public FrameOrder Order { get; }

    /// <summary>The lens.</summary>
    public OpticalTransfer Transfer { get; init; }

    /// <summary>Grid of what the camera sends.</summary>
    public PixelGrid Camera { get; }

    /// <summary>Grid of one frame: the camera's, or a tile of it where the frames of a group lie side by side in one image.</summary>
    public PixelGrid Frame { get; }

    /// <summary>Grid of the result: twice as fine, of the same field.</summary>
    public PixelGrid Result => new(2 * Frame.Width, 2 * Frame.Height, Frame.PixelSizeNm / 2);

    /// <summary>How the session gathers frames; null where one camera image holds a whole group.</summary>
    /// <param name="rolling">Whether each frame after the first group is an input of its own.</param>
    public FrameGrouping? Group(bool rolling) => Order.IsTiled || Order.FramesPerImage == 1
        ? null
        : new FrameGrouping { Frames = Order.FramesPerImage, Rolling = rolling, TaggedPlace = TaggedPlace };

    /// <summary>Place in the group that a frame's tags state; −1 where they state none that the order has.</summary>
    public int TaggedPlace(FrameHeader header)
    {
        (int angle, int phase) = (Order.Angles == 1 ? 0 : header.AngleIndex, Order.Phases == 1 ? 0 : header.PhaseIndex);
        bool tagged = (Order.Angles == 1 || header.AngleIndex >= 0) && (Order.Phases == 1 || header.PhaseIndex >= 0);
        return tagged && angle < Order.Angles && phase < Order.Phases ? Order.IndexOf(new FrameRole(angle, phase, 0)) : -1;
    }

    /// <summary>Reads it from a specification.</summary>
    /// <param name="specification">A specification whose own check found nothing.</param>
    /// <param name="problems">Gets what is missing or impossible, field by field.</param>
    /// <returns>It; null where there are problems.</returns>
    public static SimAcquisition? Read(SessionSpecification specification, ICollection<SpecificationProblem> problems)
    {
        AcquisitionSpecification acquisition = specification.Acquisition;
        int before = problems.Count;
        FrameOrder? order = ReadOrder(acquisition.FrameOrder, problems);
        Need(acquisition.EmissionWavelengthNm, 200, 2000, "acquisition.emission_wavelength_nm", "the wavelength of emission in nm", problems);
        Need(acquisition.NumericalAperture, 0.05, 1.7, "acquisition.numerical_aperture", "the numerical aperture of the objective", problems);
        OpticalTransfer? transfer = problems.Count > before ? null : ReadTransfer(acquisition, specification.Method.OpticalTransfer, problems);
        if (order is null || transfer is null)
        {
            return null;
        }

        PixelGrid camera = acquisition.Grid, frame = camera;
        if (order.IsTiled)
        {
            try
            {
                (int width, int height) = FrameTiles.SizeOf(order, camera.Width, camera.Height);
                frame = new PixelGrid(width, height, camera.PixelSizeNm);
            }
            catch (ArgumentException e)
            {
                problems.Add(new SpecificationProblem(
                    "invalid-value", "acquisition.width", $"{camera.Width} × {camera.Height} px", $"a multiple of {order.Phases} × {order.Angles} tiles", $"{e.Message} State another order, or send whole images."));
                return null;
            }
        }

        if (Math.Min(frame.Width, frame.Height) < SmallestEdge)
        {
            problems.Add(new SpecificationProblem(
                "invalid-value", "acquisition.width", $"{frame.Width} × {frame.Height} px per frame", $"at least {SmallestEdge} × {SmallestEdge}", "Read out a larger region."));
            return null;
        }

        return new SimAcquisition(order, transfer, camera, frame);
    }

    private static OpticalTransfer? ReadTransfer(AcquisitionSpecification acquisition, string measured, ICollection<SpecificationProblem> problems)
    {
        const string field = "method.optical_transfer";
        var ideal = new OpticalTransfer(acquisition.NumericalAperture, acquisition.EmissionWavelengthNm);
        if (measured.Length == 0)
        {
            return ideal;
        }

        try
        {
            OpticalTransfer transfer = OpticalTransfer.Parse(measured);
            if (transfer.CutoffPerUm > LeastOfCutoff * ideal.CutoffPerUm && transfer.CutoffPerUm < MostOfCutoff * ideal.CutoffPerUm)
            {
                return transfer;
            }

            problems.Add(new SpecificationProblem(
                "invalid-value", field, FormattableString.Invariant($"frequencies up to {transfer.CutoffPerUm:G4}/µm"),
                FormattableString.Invariant($"about 2·NA/λ = {ideal.CutoffPerUm:G4}/µm, {LeastOfCutoff} to {MostOfCutoff} times that"),
                "Check that its frequencies are in 1/µm, and the numerical aperture and the wavelength."));
        }
        catch (FormatException e)
        {
            problems.Add(new SpecificationProblem(
                "invalid-value", field, e.Message, "one frequency in 1/µm (from 0, evenly spaced) and value per line, separated by a comma", "Correct that line."));
        }

        return null;
    }

    private static FrameOrder? ReadOrder(string text, ICollection<SpecificationProblem> problems)
    {
        const string field = "acquisition.frame_order";
        string known = string.Join(", ", FrameOrder.Names);
        if (string.IsNullOrWhiteSpace(text))
        {
            problems.Add(new SpecificationProblem(
                "invalid-value", field, "empty", $"one of {known}, or axes with counts such as angle=3,phase=5", "State in which order the frames of a group come."));
            return null;
        }

        try
        {
            // The contract's own examples write a colon between an axis and its count.
            FrameOrder order = FrameOrder.Parse(text.Replace(':', '='));
            if (order.Slices == 1 && order.FramesPerImage <= AssembledInput.LargestWindow)
            {
                return order;
            }

            problems.Add(new SpecificationProblem(
                "invalid-value", field, text, $"one axial slice and at most {AssembledInput.LargestWindow} frames per image", "Stream one slice: results are of single planes."));
        }
        catch (FormatException e)
        {
            problems.Add(new SpecificationProblem("invalid-value", field, text, $"one of {known}, or axes with counts such as angle=3,phase=5", e.Message));
        }

        return null;
    }

    private static void Need(double value, double least, double most, string field, string what, ICollection<SpecificationProblem> problems)
    {
        if (!(value >= least && value <= most))
        {
            problems.Add(new SpecificationProblem(
                "invalid-value", field, value == 0 ? "not stated" : value.ToString(CultureInfo.InvariantCulture),
                FormattableString.Invariant($"{what}, {least} to {most}"), "Structured illumination needs it to know what the lens passes: state it."));
        }
    }
}
