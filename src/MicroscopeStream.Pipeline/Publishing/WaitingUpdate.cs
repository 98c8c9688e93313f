namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>An update that waits for its reader.</summary>
/// <param name="Update">The update.</param>
/// <param name="Ordinal">Its place in the order of publishing, from 1; 0: there is none.</param>
internal readonly record struct WaitingUpdate(SessionUpdate Update, long Ordinal)
{
    /// <summary>Whether there is one.</summary>
    public bool IsSome => Ordinal != 0;

    /// <summary>
    /// Joins the messages of a kind to one, at the place of the newest, so that it never speaks of what is still to come.
    /// Results stay as they are.
    /// </summary>
    /// <param name="waiting">Updates in the order of publishing.</param>
    /// <param name="notices">Whether notices are joined too.</param>
    public static List<WaitingUpdate> JoinMessages(ReadOnlySpan<WaitingUpdate> waiting, bool notices)
    {
        var kept = new List<WaitingUpdate>(waiting.Length);
        var newest = new Dictionary<object, int>();
        for (int i = waiting.Length - 1; i >= 0; i--)
        {
            UpdateBody body = waiting[i].Update.Body;
            bool joins = body is not LocalizationBatch && (notices || body is not Notice);
            if (joins && newest.TryGetValue(body.JoinKey, out int at))
            {
                SessionUpdate later = kept[at].Update;
                SequenceRange range = later.Range.Union(waiting[i].Update.Range);
                kept[at] = kept[at] with { Update = later with { Body = later.Body.Join(body), Range = range } };
                continue;
            }

            if (joins)
            {
                newest.Add(body.JoinKey, kept.Count);
            }

            kept.Add(waiting[i]);
        }

        kept.Reverse();
        return kept;
    }
}
