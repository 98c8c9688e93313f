using System.Runtime.InteropServices;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Client;

/// <summary>From the contract's updates to the client's.</summary>
internal static class UpdateMapping
{
    internal static SessionUpdate? FromContract(Update update, long receivedTimestamp)
    {
        SessionUpdate? body = Body(update);
        if (body is not null)
        {
            body.FirstFrame = (long)(update.Range?.First ?? 0);
            body.LastFrame = (long)(update.Range?.Last ?? 0);
            body.SenderTimestampNs = (long)update.SenderTimestampNs;
            body.ReceivedTimestamp = receivedTimestamp;
            body.Timings = update.Timings;
        }

        return body;
    }

    private static SessionUpdate? Body(Update update) => update.BodyCase switch
    {
        Update.BodyOneofCase.Localizations => new LocalizationsUpdate { Localizations = ToLocalizations(update.Localizations) },
        Update.BodyOneofCase.Preview => new PreviewUpdate { Image = PreviewImage.From(update.Preview) },
        Update.BodyOneofCase.Trust => new TrustUpdate
        {
            Trust = new TrustReport(ToTrustLevel(update.Trust.Level), [.. update.Trust.Reasons]),
        },
        Update.BodyOneofCase.Decision => new DecisionUpdate { Decision = update.Decision },
        Update.BodyOneofCase.Notice => new NoticeUpdate { Notice = update.Notice },
        Update.BodyOneofCase.Gap => new GapUpdate { FirstMissing = (long)update.Gap.First, Count = (long)update.Gap.Count },
        Update.BodyOneofCase.Drop => new DropUpdate
        {
            Cause = update.Drop.Cause,
            Count = (long)update.Drop.Count,
            Total = (long)update.Drop.Total,
        },
        Update.BodyOneofCase.Progress => new ProgressUpdate { Progress = update.Progress },
        Update.BodyOneofCase.Drift => new DriftUpdate { Drift = update.Drift },
        Update.BodyOneofCase.Resolution => new ResolutionUpdate { Resolution = update.Resolution },
        Update.BodyOneofCase.Statistics => new StatisticsUpdate { Statistics = update.Statistics },
        Update.BodyOneofCase.Sim => new SimUpdate { Reading = update.Sim },
        Update.BodyOneofCase.Image => ToImage(update.Image),
        Update.BodyOneofCase.Video => new VideoUpdate { Picture = VideoPicture.From(update.Video) },
        Update.BodyOneofCase.Summary => new SummaryUpdate { Summary = update.Summary },

        // v1 only adds: a service newer than this client may send bodies that it does not know.
        _ => null,
    };

    /// <exception cref="InvalidDataException">The plane's size and its bytes do not agree.</exception>
    private static ImageUpdate ToImage(ResultImage image)
    {
        long bytes = checked((long)image.Width * image.Height * sizeof(float));
        if (bytes == 0 || bytes != image.Data.Length || !(image.PixelSizeNm > 0))
        {
            throw new InvalidDataException(
                $"An image of {image.Width} × {image.Height} px of {image.PixelSizeNm} nm holds {image.Data.Length} bytes; expected {bytes}.");
        }

        var grid = new Core.Frames.PixelGrid((int)image.Width, (int)image.Height, image.PixelSizeNm);
        return new ImageUpdate
        {
            Kind = image.Kind,
            Image = new SuperResolvedImage(grid, MemoryMarshal.Cast<byte, float>(image.Data.Span).ToArray()),
            Frames = (long)image.Frames,
            OfGroup = image.OfGroup,
        };
    }

    private static Core.Results.TrustLevel ToTrustLevel(Contract.V1.TrustLevel level) => level switch
    {
        Contract.V1.TrustLevel.Untrusted => Core.Results.TrustLevel.Untrusted,
        Contract.V1.TrustLevel.Caution => Core.Results.TrustLevel.Caution,
        _ => Core.Results.TrustLevel.Good,
    };

    /// <summary>Columns to rows; a column that is absent is unknown (NaN).</summary>
    /// <exception cref="InvalidDataException">A column that is present has another length than the frame column.</exception>
    private static Localization[] ToLocalizations(LocalizationBatch batch)
    {
        int count = batch.Frame.Count;
        RequireColumn(batch.XNm.Count, count, "x_nm", optional: false);
        RequireColumn(batch.YNm.Count, count, "y_nm", optional: false);
        foreach ((int length, string name) in new[]
        {
            (batch.ZNm.Count, "z_nm"), (batch.Photons.Count, "photons"), (batch.Background.Count, "background"),
            (batch.BackgroundStd.Count, "background_std"), (batch.SigmaXNm.Count, "sigma_x_nm"), (batch.SigmaYNm.Count, "sigma_y_nm"),
            (batch.SigmaZNm.Count, "sigma_z_nm"), (batch.SigmaPhotons.Count, "sigma_photons"), (batch.Probability.Count, "probability"),
            (batch.PsfSigmaXNm.Count, "psf_sigma_x_nm"), (batch.PsfSigmaYNm.Count, "psf_sigma_y_nm"),
        })
        {
            RequireColumn(length, count, name, optional: true);
        }

        var rows = new Localization[count];
        for (int i = 0; i < count; i++)
        {
            rows[i] = new Localization
            {
                Frame = (long)batch.Frame[i],
                X = batch.XNm[i],
                Y = batch.YNm[i],
                Z = batch.ZNm.Count > 0 ? batch.ZNm[i] : double.NaN,
                Photons = At(batch.Photons, i),
                Background = At(batch.Background, i),
                BackgroundStd = At(batch.BackgroundStd, i),
                SigmaX = At(batch.SigmaXNm, i),
                SigmaY = At(batch.SigmaYNm, i),
                SigmaZ = At(batch.SigmaZNm, i),
                SigmaPhotons = At(batch.SigmaPhotons, i),
                PsfSigmaX = At(batch.PsfSigmaXNm, i),
                PsfSigmaY = At(batch.PsfSigmaYNm, i),
                Probability = batch.Probability.Count > 0 ? batch.Probability[i] : 1,
            };
        }

        return rows;
    }

    private static float At(Google.Protobuf.Collections.RepeatedField<float> column, int row) => column.Count > 0 ? column[row] : float.NaN;

    private static void RequireColumn(int length, int expected, string name, bool optional)
    {
        if (length != expected && !(optional && length == 0))
        {
            throw new InvalidDataException($"Column {name} of a localization batch has {length} entries; expected {expected}.");
        }
    }
}
