namespace MicroscopeStream.Inference.Importing;

/// <summary>What became of an import.</summary>
/// <param name="Folder">The new package, absolute.</param>
/// <param name="Found">What was found out about the network, one sentence each.</param>
/// <param name="Warnings">What speaks against using it unseen, one sentence each.</param>
/// <param name="Sample">How it did on frames.</param>
public sealed record ImportReport(string Folder, IReadOnlyList<string> Found, IReadOnlyList<string> Warnings, ImportSample Sample);

/// <summary>An imported network on frames.</summary>
/// <param name="Source">Where the frames came from, for people.</param>
/// <param name="Height">Rows of a frame.</param>
/// <param name="Width">Columns of a frame.</param>
/// <param name="Windows">Windows that were run.</param>
/// <param name="MsPerRun">Time of a run on this machine's CPU, ms.</param>
/// <param name="InputRange">Least and greatest value of the frames, photons.</param>
/// <param name="OutputRange">Least and greatest value of the images.</param>
/// <param name="Likeness">Mean Pearson correlation of an image, brought to the frames' pixels, with the mean of its frames.</param>
/// <param name="Seams">Greatest difference of the image in tiles from the image in one piece, as a part of its range; null: it does not run in tiles.</param>
public sealed record ImportSample(
    string Source, int Height, int Width, int Windows, double MsPerRun,
    (double Least, double Most) InputRange, (double Least, double Most) OutputRange, double Likeness, double? Seams);

/// <summary>Frames to try a network on.</summary>
/// <param name="Source">Where they come from, for people.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Frames">Photons, row-major (y, x), at least one.</param>
public sealed record SampleFrames(string Source, int Height, int Width, IReadOnlyList<float[]> Frames);
