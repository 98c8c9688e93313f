namespace MicroscopeStream.Simulator.Blinking;

/// <summary>
/// Remembers in which frame each dark molecule lights up: a timing wheel of linked lists in arrays, so that a frame touches
/// only its own molecules (and each other one once per turn), however many there are. Allocates nothing after its birth.
/// </summary>
internal sealed class SwitchWheel
{
    private const int Slots = 4096;
    private const int None = -1;
    private readonly int[] _head = new int[Slots];
    private readonly int[] _next;

    public SwitchWheel(int molecules)
    {
        _next = new int[molecules];
        Clear();
    }

    public void Clear() => Array.Fill(_head, None);

    /// <summary>Notes that a molecule lights up at <paramref name="time"/>, frames.</summary>
    public void Add(int molecule, double time)
    {
        int slot = (int)((long)time & (Slots - 1));
        _next[molecule] = _head[slot];
        _head[slot] = molecule;
    }

    /// <summary>Takes out the molecules that light up in <paramref name="frame"/>.</summary>
    /// <param name="frame">The frame; every frame must be asked for, in order.</param>
    /// <param name="times">When each molecule lights up, to tell this turn's from later turns'.</param>
    /// <param name="into">Where the molecules are written.</param>
    /// <param name="count">How many <paramref name="into"/> holds.</param>
    public void TakeDue(long frame, double[] times, int[] into, ref int count)
    {
        int slot = (int)(frame & (Slots - 1));
        int molecule = _head[slot];
        _head[slot] = None;
        while (molecule != None)
        {
            int following = _next[molecule];
            if (times[molecule] < frame + 1)
            {
                into[count++] = molecule;
            }
            else
            {
                _next[molecule] = _head[slot];
                _head[slot] = molecule;
            }

            molecule = following;
        }
    }
}
