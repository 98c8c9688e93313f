using System.Globalization;
using MicroscopeStream.Contract.V1;
using Spectre.Console;

namespace MicroscopeStream.Cli.Display;

/// <summary>Sessions as a table that is redrawn in place.</summary>
internal static class SessionTable
{
    internal static Table Draw(string address, IReadOnlyCollection<SessionInfo> sessions)
    {
        Table table = new Table().Border(TableBorder.Rounded).Expand().Title(
            $"[bold]MicroscopeStream[/] at {Markup.Escape(address)}: {sessions.Count.ToString(CultureInfo.InvariantCulture)} sessions");
        foreach (string name in (string[])["session", "method", "frames/s", "queued", "dropped", "latency", "result", "trust"])
        {
            table.AddColumn(new TableColumn($"[grey]{name}[/]"));
        }

        foreach (SessionInfo session in sessions)
        {
            Contract.V1.Progress progress = session.Progress;
            string dropped = Markup.Escape(SessionText.Drops(progress.Frames));
            string trust = SessionText.Trust(session.Trust) + string.Concat((session.Trust?.Reasons ?? []).Select(reason => "\n" + reason));
            table.AddRow(
                Markup.Escape(SessionText.Name(session)),
                Markup.Escape(SessionText.Method(session)),
                Markup.Escape(SessionText.Rate(session)),
                progress.Queued.ToString(CultureInfo.InvariantCulture),
                progress.Frames.Dropped > 0 ? $"[yellow]{dropped}[/]" : dropped,
                $"{Markup.Escape(SessionText.Total(session))}\n[grey]p99 by stage, ms: {Markup.Escape(SessionText.Stages(session))}[/]",
                Markup.Escape(SessionText.Result(session)),
                $"[{Colour(session.Trust?.Level)}]{Markup.Escape(trust)}[/]");
        }

        return table;
    }

    private static string Colour(TrustLevel? level) => level switch
    {
        TrustLevel.Good => "green",
        TrustLevel.Caution => "yellow",
        TrustLevel.Untrusted => "red",
        _ => "grey",
    };
}
