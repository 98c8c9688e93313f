namespace MicroscopeStream.Contract.Wire;

/// <summary>Tags of <c>StreamRequest</c> and <c>Frame</c>: field number × 8 + wire type. A test compares them with the descriptors.</summary>
internal static class FrameTags
{
    public const uint Start = (1 << 3) | 2;
    public const uint Frame = (2 << 3) | 2;
    public const uint End = (3 << 3) | 2;

    public const uint Sequence = 1 << 3;
    public const uint Channel = 2 << 3;
    public const uint TimeIndex = 3 << 3;
    public const uint SliceIndex = 4 << 3;
    public const uint PositionIndex = 5 << 3;
    public const uint AngleIndex = 6 << 3;
    public const uint PhaseIndex = 7 << 3;
    public const uint ExposureMs = (8 << 3) | 1;
    public const uint RoiX = 9 << 3;
    public const uint RoiY = 10 << 3;
    public const uint CameraTimestampNs = 11 << 3;
    public const uint SenderTimestampNs = 12 << 3;
    public const uint Width = 13 << 3;
    public const uint Height = 14 << 3;
    public const uint Pixels = (15 << 3) | 2;
}
