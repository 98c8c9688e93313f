namespace MicroscopeStream.Imaging.Tiff;

/// <summary>How a page's bytes are stored. The values are those of the Compression tag.</summary>
public enum TiffCompression
{
    /// <summary>As they are.</summary>
    None = 1,

    /// <summary>LZW as of TIFF 6.0, most significant bit first.</summary>
    Lzw = 5,

    /// <summary>Deflate in a zlib envelope (Adobe's code).</summary>
    Deflate = 8,

    /// <summary>Apple's run-length code.</summary>
    PackBits = 32773,

    /// <summary>The same as <see cref="Deflate"/> under its older number.</summary>
    OldDeflate = 32946,
}
