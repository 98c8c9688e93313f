using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Client.Tests.Support;

internal static class Requests
{
    internal static AcquisitionRequest Small { get; } = new()
    {
        Width = 4,
        Height = 3,
        PixelType = PixelType.UInt16,
        PixelSizeNm = 100,
        Method = "m",
        Task = "localization",
    };

    /// <summary>Pixels that tell of which frame they are.</summary>
    internal static byte[] Pixels(int frame) => [.. Enumerable.Range(0, 24).Select(i => (byte)((frame * 31) + i))];

    /// <summary>A limit for waits that must end: generous, because the machine may be busy.</summary>
    internal static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);
}
