namespace MicroscopeStream.Core.Cameras;

/// <summary>The sensor's noise family.</summary>
public enum CameraKind
{
    /// <summary>Scientific CMOS or CCD: Poisson noise plus Gaussian read noise, per pixel.</summary>
    Scmos = 0,

    /// <summary>Electron-multiplying CCD: the register's gain adds an excess noise factor of about √2.</summary>
    Emccd = 1,
}
