using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Server.Models;

/// <summary>What the model folders hold, as ModelService tells it: packages in full, and folders that are no usable model.</summary>
/// <param name="Packages">Descriptions by id.</param>
/// <param name="Broken">Folders that could not be loaded.</param>
internal sealed record ModelShelf(IReadOnlyDictionary<string, DescribeModelResponse> Packages, IReadOnlyList<BrokenModel> Broken);
