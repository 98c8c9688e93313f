namespace MicroscopeStream.Localizations.Tables;

/// <summary>File formats of localization tables, all of them text with commas; frames count from 1 except in DECODE's.</summary>
public enum LocalizationFormat
{
    /// <summary>ThunderSTORM's CSV without an axial column.</summary>
    ThunderStorm2D = 0,

    /// <summary>ThunderSTORM's CSV with <c>z [nm]</c>, two PSF widths and two uncertainties.</summary>
    ThunderStorm3D = 1,

    /// <summary>Ground truth of the SMLM challenge (Sage et al. 2019, 10.1038/s41592-019-0364-4): <c>Ground-truth,frame,xnano,ynano,znano,intensity </c>.</summary>
    Challenge = 2,

    /// <summary>Bare positions: <c>frame,x [nm],y [nm]</c>.</summary>
    BareTruth = 3,

    /// <summary>
    /// CSV of DECODE (Speiser et al. 2021, 10.1038/s41592-021-01236-x): three lines of metadata, frames from 0, x along rows.
    /// Written by <see cref="DecodeTableWriter"/>, which needs the pixel size.
    /// </summary>
    Decode = 4,
}
