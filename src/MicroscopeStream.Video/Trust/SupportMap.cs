using MicroscopeStream.Core.Frames;
using MicroscopeStream.Video.Maps;

namespace MicroscopeStream.Video.Trust;

/// <summary>What every pixel of the video rests on: how many localizations lie around it, and how old the last one is.</summary>
/// <remarks>Not thread-safe. Memory is that of three planes, however long it runs.</remarks>
public sealed class SupportMap
{
    /// <summary>The age of a pixel that nothing supports.</summary>
    public const byte Never = byte.MaxValue;

    private readonly PixelGrid _grid;
    private readonly int _reach;
    private readonly float _keep;
    private readonly float[] _faded;
    private readonly byte[] _count;
    private readonly byte[] _age;

    /// <summary>Starts without any support.</summary>
    /// <param name="grid">The video's grid.</param>
    /// <param name="slices">Slices after which a localization counts 1/e, ≥ 1.</param>
    /// <param name="reach">Pixels to either side within which a localization supports a pixel, ≥ 0.</param>
    public SupportMap(PixelGrid grid, int slices, int reach = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slices, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(reach);
        (_grid, _reach) = (grid, reach);
        _keep = (float)Math.Exp(-1.0 / slices);
        _faded = new float[grid.PixelCount];
        _count = new byte[grid.PixelCount];
        _age = new byte[grid.PixelCount];
        Reset();
    }

    /// <summary>Fading number of localizations within reach, at most 255; row-major (y, x).</summary>
    public ReadOnlyMemory<byte> Count => _count;

    /// <summary>Slices since the last of them, <see cref="Never"/> at most; row-major.</summary>
    public ReadOnlyMemory<byte> Age => _age;

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Array.Clear(_faded);
        Array.Clear(_count);
        Array.Fill(_age, Never);
    }

    /// <summary>Moves on by one slice.</summary>
    /// <param name="map">Its localizations.</param>
    public void Add(LocalizationMap map)
    {
        for (int i = 0; i < _age.Length; i++)
        {
            _age[i] = (byte)Math.Min(_age[i] + 1, Never);
            _faded[i] *= _keep;
        }

        foreach ((float x, float y) in map.Positions)
        {
            Mark((int)x, (int)y);
        }

        for (int i = 0; i < _count.Length; i++)
        {
            _count[i] = (byte)Math.Min((int)(_faded[i] + 0.5f), byte.MaxValue);
        }
    }

    private void Mark(int x, int y)
    {
        for (int row = Math.Max(0, y - _reach); row <= Math.Min(_grid.Height - 1, y + _reach); row++)
        {
            for (int column = Math.Max(0, x - _reach); column <= Math.Min(_grid.Width - 1, x + _reach); column++)
            {
                int at = (row * _grid.Width) + column;
                _age[at] = 0;
                _faded[at]++;
            }
        }
    }
}
