namespace MicroscopeStream.Simulator.Scenes;

/// <summary>What the molecules sit on.</summary>
public enum SmlmStructure
{
    /// <summary>Smoothly bent tubes that cross the field, like microtubules.</summary>
    Filaments = 0,

    /// <summary>Anywhere, with equal probability.</summary>
    Uniform = 1,

    /// <summary>A square lattice of straight lines.</summary>
    Grid = 2,

    /// <summary>A Siemens star: wedges that meet at the centre, for reading the resolution off.</summary>
    SiemensStar = 3,
}
