namespace MicroscopeStream.Inference.Windows;

/// <summary>Finds one value of a sorted order without sorting the rest (Hoare 1961, 10.1145/366622.366647).</summary>
internal static class Selection
{
    /// <summary>
    /// The value that would stand at <paramref name="index"/> if the values were sorted; it stands there afterwards, with none greater
    /// before it and none smaller behind it.
    /// </summary>
    public static float Nth(Span<float> values, int index)
    {
        int left = 0, right = values.Length - 1;
        while (left < right)
        {
            float pivot = MiddleOfThree(values[left], values[left + ((right - left) / 2)], values[right]);
            int i = left, j = right;
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }

                while (values[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (index <= j)
            {
                right = j;
            }
            else if (index >= i)
            {
                left = i;
            }
            else
            {
                break;
            }
        }

        return values[index];
    }

    private static float MiddleOfThree(float a, float b, float c) => MathF.Max(MathF.Min(a, b), MathF.Min(MathF.Max(a, b), c));
}
