namespace MicroscopeStream.Imaging.Tiff;

/// <summary>
/// The file's pages: where each directory is, or, in ImageJ's one-directory form, how far the pages of one directory reach.
/// </summary>
internal sealed class TiffPages
{
    private readonly TiffSource _source;
    private readonly bool _bigTiff;
    private readonly List<long> _directories = [];
    private int _contiguous;

    internal TiffPages(TiffSource source, TiffHeader header, List<string> warnings)
    {
        _source = source;
        _bigTiff = header.BigTiff;
        if (header.FirstDirectory == 0)
        {
            throw new TiffFormatException("the file holds no page", "It was probably never finished; save it again", offset: 4);
        }

        try
        {
            FirstDirectory = TiffDirectory.Read(source, _bigTiff, header.FirstDirectory);
            First = TiffPageLayout.Read(FirstDirectory, source.Length);
        }
        catch (TiffFormatException e)
        {
            throw e.AtPage(0);
        }

        _directories.Add(header.FirstDirectory);
        Walk(warnings);
    }

    internal TiffDirectory FirstDirectory { get; }

    internal TiffPageLayout First { get; }

    /// <summary>Why pages that should be there cannot be asked for; null when none are missing.</summary>
    internal string? Damage { get; private set; }

    internal int Count => _contiguous > 0 ? _contiguous : _directories.Count;

    /// <summary>
    /// Takes ImageJ at its word: beyond 4 GB it writes one directory, and the pages follow each other from the first one on.
    /// </summary>
    internal void UseDeclared(long images, List<string> warnings)
    {
        if (images <= _directories.Count)
        {
            return;
        }

        if (_directories.Count > 1 || First.Compression != TiffCompression.None || First.Tiled || !FirstIsContiguous())
        {
            Lose(warnings, $"The file declares {images} images but holds {_directories.Count}: page {_directories.Count} and those after it are missing. It was probably cut short; copy or save it again.");
            return;
        }

        long held = (_source.Length - First.Offsets[0]) / First.PageBytes;
        _contiguous = (int)Math.Clamp(held, 1, Math.Min(images, int.MaxValue));

        // The pixels lie where they were declared to be: directories that cannot be read are not missed.
        Damage = null;
        if (held < images)
        {
            Lose(warnings, $"The file declares {images} images but holds {_contiguous} whole ones: page {_contiguous} and those after it are missing. It was probably cut short; copy or save it again.");
        }
    }

    internal TiffPageLayout Layout(int page)
    {
        if (page == 0)
        {
            return First;
        }

        if (_contiguous > 0)
        {
            return new TiffPageLayout
            {
                Width = First.Width,
                Height = First.Height,
                PixelType = First.PixelType,
                Compression = TiffCompression.None,
                Predictor = 1,
                SegmentWidth = First.Width,
                SegmentHeight = First.Height,
                Tiled = false,
                Offsets = [First.Offsets[0] + (page * First.PageBytes)],
                ByteCounts = [First.PageBytes],
            };
        }

        var layout = TiffPageLayout.Read(TiffDirectory.Read(_source, _bigTiff, _directories[page]), _source.Length);
        if (layout.Width != First.Width || layout.Height != First.Height || layout.PixelType != First.PixelType)
        {
            throw new TiffFormatException(
                $"the page is {layout.Width} × {layout.Height} {layout.PixelType}, but page 0 is {First.Width} × {First.Height} {First.PixelType}",
                "Save pages of one size and type per file", page, _directories[page]);
        }

        return layout;
    }

    private void Lose(List<string> warnings, string why)
    {
        warnings.Add(why);
        Damage ??= why;
    }

    private bool FirstIsContiguous()
    {
        long strip = (long)First.SegmentHeight * First.Width * First.BytesPerPixel;
        for (int i = 1; i < First.Offsets.Length; i++)
        {
            if (First.Offsets[i] != First.Offsets[0] + (i * strip))
            {
                return false;
            }
        }

        return true;
    }

    private void Walk(List<string> warnings)
    {
        var seen = new HashSet<long> { _directories[0] };
        long most = _source.Length / (_bigTiff ? 36 : 18);
        for (long next = FirstDirectory.Next; next != 0;)
        {
            if (!seen.Add(next) || seen.Count > most)
            {
                Lose(warnings, $"The list of pages runs in a circle after page {_directories.Count - 1}; later pages, if any, are lost.");
                return;
            }

            try
            {
                var directory = TiffDirectory.Read(_source, _bigTiff, next);

                // Bit 0: a thumbnail of another page, no frame of the acquisition.
                if ((directory.Integer(TiffTag.NewSubfileType, 0) & 1) == 0)
                {
                    _directories.Add(next);
                }

                next = directory.Next;
            }
            catch (TiffFormatException e)
            {
                Lose(warnings, $"The file ends or is damaged after page {_directories.Count - 1}: {e.AtPage(_directories.Count).Message}");
                return;
            }
        }
    }
}
