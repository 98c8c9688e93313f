using MicroscopeStream.Simulator.Sampling;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.Simulator.Structures;

namespace MicroscopeStream.Simulator.Blinking;

/// <summary>
/// Molecules that switch on and off at random. A molecule's n-th blink follows from seed, molecule and n alone, so that the
/// same frame always shows the same light. Going forward costs what blinks; going back starts over from frame 0.
/// </summary>
internal sealed class BlinkingMolecules
{
    private readonly SmlmScene _scene;
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly float[] _z;
    private readonly float[] _sigmaFactor;
    private readonly double[] _switchTime;
    private readonly float[] _rate;
    private readonly int[] _blink;
    private readonly SwitchWheel _wheel;
    private readonly int[] _active;
    private readonly float[] _light;
    private readonly double _logMean;
    private readonly double _logSpread;
    private int _activeCount;

    public BlinkingMolecules(SmlmScene scene, Field field)
    {
        _scene = scene;
        List<(double X, double Y)> positions = MoleculePositions.Draw(scene, field).All;
        int count = positions.Count;
        _x = new double[count];
        _y = new double[count];
        _z = new float[count];
        _sigmaFactor = new float[count];
        _switchTime = new double[count];
        _rate = new float[count];
        _blink = new int[count];
        _active = new int[count];
        _light = new float[count];
        _wheel = new SwitchWheel(count);
        for (int i = 0; i < count; i++)
        {
            (_x[i], _y[i]) = positions[i];
            var random = new RandomStream(scene.Seed, RandomPurpose.Molecule, i + 1L);

            // Cut at four standard deviations: with the largest spread a width stays positive.
            _sigmaFactor[i] = (float)Math.Max(0.2, 1 + (scene.PsfSigmaSpread * Math.Clamp(random.NextNormal(), -4, 4)));
            _z[i] = scene.Psf is null ? 0 : (float)Heights.Draw(scene, field, _x[i], _y[i], ref random);
        }

        double variance = Math.Log(1 + (scene.PhotonsSpread * scene.PhotonsSpread));
        _logSpread = Math.Sqrt(variance);
        _logMean = Math.Log(scene.Photons) - (variance / 2);
        Restart();
    }

    /// <summary>The frame whose light is at hand, or −1.</summary>
    public long Frame { get; private set; }

    /// <summary>Molecules that were on at some time in <see cref="Frame"/>; some may have given no light.</summary>
    public int VisibleCount { get; private set; }

    /// <summary>The <paramref name="index"/>-th of them: position (nm), factor on the PSF's width, and photons in the frame.</summary>
    public (double X, double Y, double Z, float SigmaFactor, float Photons) Visible(int index)
    {
        int molecule = _active[index];
        return (_x[molecule], _y[molecule], _z[molecule], _sigmaFactor[molecule], _light[index]);
    }

    /// <summary>Goes to a frame, 0 or more.</summary>
    public void GoTo(long frame)
    {
        if (frame < Frame)
        {
            Restart();
        }

        while (Frame < frame)
        {
            Step();
        }
    }

    private void Restart()
    {
        Frame = -1;
        VisibleCount = 0;
        _activeCount = 0;
        _wheel.Clear();
        double duty = _scene.OnTimeFrames / (_scene.OnTimeFrames + _scene.OffTimeFrames);
        for (int i = 0; i < _x.Length; i++)
        {
            // Both distributions have no memory: what is left of a blink at time 0 is distributed like a whole one.
            var random = new RandomStream(_scene.Seed, RandomPurpose.Blink, i, 0);
            bool on = random.NextUnit() < duty;
            _blink[i] = 0;
            _rate[i] = 0;
            _switchTime[i] = on ? 0 : DrawTime(ref random, _scene.OffTimeFrames);
            _wheel.Add(i, _switchTime[i]);
        }
    }

    private void Step()
    {
        // Those that went dark in the last frame leave, keeping the order of the others.
        int kept = 0;
        for (int i = 0; i < _activeCount; i++)
        {
            int molecule = _active[i];
            if (_rate[molecule] > 0)
            {
                _active[kept++] = molecule;
            }
            else if (double.IsFinite(_switchTime[molecule]))
            {
                _wheel.Add(molecule, _switchTime[molecule]);
            }
        }

        Frame++;
        _activeCount = kept;
        _wheel.TakeDue(Frame, _switchTime, _active, ref _activeCount);
        for (int i = 0; i < _activeCount; i++)
        {
            _light[i] = Shine(_active[i]);
        }

        VisibleCount = _activeCount;
    }

    /// <summary>Runs a molecule through the frame and gives its photons. A rate of 0 means that it is dark.</summary>
    private float Shine(int molecule)
    {
        double now = Frame, end = Frame + 1, photons = 0;
        while (true)
        {
            if (_rate[molecule] == 0)
            {
                if (_switchTime[molecule] >= end)
                {
                    return (float)photons;
                }

                now = _switchTime[molecule];
                SwitchOn(molecule, now);
            }

            photons += _rate[molecule] * (Math.Min(_switchTime[molecule], end) - now);
            if (_switchTime[molecule] > end)
            {
                return (float)photons;
            }

            SwitchOff(molecule);
        }
    }

    private void SwitchOn(int molecule, double time)
    {
        var random = new RandomStream(_scene.Seed, RandomPurpose.Blink, molecule, ++_blink[molecule]);
        _rate[molecule] = (float)Math.Exp(_logMean + (_logSpread * random.NextNormal()));
        _switchTime[molecule] = time + DrawTime(ref random, _scene.OnTimeFrames);
    }

    private void SwitchOff(int molecule)
    {
        // The counters of dark times are negative, so that they never meet those of the blinks.
        var random = new RandomStream(_scene.Seed, RandomPurpose.Blink, molecule, -_blink[molecule]);
        _rate[molecule] = 0;
        bool bleached = _scene.BlinksUntilBleached is { } blinks && random.NextUnit() < 1 / blinks;
        _switchTime[molecule] = bleached ? double.PositiveInfinity : _switchTime[molecule] + DrawTime(ref random, _scene.OffTimeFrames);
    }

    private double DrawTime(ref RandomStream random, double mean) =>
        _scene.WholeFrames ? random.NextGeometric(mean) : random.NextExponential(mean);
}
