using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Sessions;

/// <summary>Region of interest, binning and stage come back wherever results do: positions are useless on the stage without them.</summary>
public sealed class GeometryTests
{
    private static readonly Geometry Expected = new()
    {
        RoiX = 100,
        RoiY = 50,
        Binning = 2,
        PixelSizeNm = 100,
        Stage = new StageAffine { Matrix = { 0, 0.1, -0.1, 0 }, Offset = { 12.5, -3 } },
    };

    [Test]
    public async Task What_open_stated_is_echoed_in_the_plan_the_list_and_with_every_result()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream stream = await service.OpenStreamAsync(request =>
        {
            request.Preview = new PreviewOptions { Rate = 50 };
            (request.Acquisition.RoiX, request.Acquisition.RoiY, request.Acquisition.Binning) = (100, 50, 2);
            request.Acquisition.Stage = Expected.Stage.Clone();
        });
        using AsyncServerStreamingCall<WatchResponse> watch = service.Sessions.Watch(new WatchRequest { Localizations = true });
        await watch.ResponseHeadersAsync;
        for (ulong i = 0; i < 5; i++)
        {
            await stream.SendAsync(i);
        }

        await stream.UntilAsync(s => s.LocalizedFrames.Count() == 5);
        ResumeResponse resumed = await service.Sessions.ResumeAsync(
            new ResumeRequest { SessionId = stream.Opened.SessionId, ResumeToken = stream.Opened.ResumeToken });
        SessionInfo listed = (await service.Sessions.ListSessionsAsync(new ListSessionsRequest())).Sessions.Single();
        await stream.EndAsync();
        List<WatchResponse> watched = await watch.ResponseStream.ReadAllAsync().ToListAsync();
        Update[] results = [.. watched.Select(response => response.Update).Where(
            update => update.BodyCase is Update.BodyOneofCase.Localizations or Update.BodyOneofCase.Preview)];

        Assert.Multiple(() =>
        {
            Assert.That(stream.Opened.Plan.Geometry, Is.EqualTo(Expected));
            Assert.That(resumed.Plan.Geometry, Is.EqualTo(Expected));
            Assert.That(listed.Geometry, Is.EqualTo(Expected));
            Assert.That(watched[0].Session.Geometry, Is.EqualTo(Expected));
            Assert.That(results.Select(update => update.BodyCase).Distinct().Count(), Is.EqualTo(2), "localizations and previews came");
            Assert.That(results.Select(update => update.Geometry), Is.All.EqualTo(Expected));
            Assert.That(results.Where(update => update.Preview is not null).Select(update => update.Preview.Provider), Is.All.EqualTo("cpu"));
        });
    }

    [Test]
    public async Task Without_a_stage_none_is_made_up()
    {
        await using TestService service = await TestService.StartAsync();
        OpenResponse opened = await service.Sessions.OpenAsync(TestService.GoodRequest());
        Assert.That(opened.Plan.Geometry, Is.EqualTo(new Geometry { Binning = 1, PixelSizeNm = 100 }));
    }
}
