namespace MicroscopeStream.Localizations.Tables;

/// <summary>File formats of localization tables, all of them text with commas, frames counted from 1.</summary>
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
}
