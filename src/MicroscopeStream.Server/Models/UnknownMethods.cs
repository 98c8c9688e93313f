using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Server.Errors;

namespace MicroscopeStream.Server.Models;

/// <summary>What to say to a client that asks for a method that is not there.</summary>
internal static class UnknownMethods
{
    public static Fault Fault(string field, string id, MethodRegistry methods, ModelShelf shelf)
    {
        BrokenModel? broken = shelf.Broken.FirstOrDefault(b => b.Folder == id);
        string remedy = broken is null
            ? "Choose one of these, or add the model's folder to the models directory and restart the service."
            : $"Its folder is there but cannot be used: {string.Join(' ', broken.Problems)}";
        return new Fault(FaultCodes.UnknownMethod, field, $"'{id}'", $"one of: {string.Join(", ", methods.Ids)}", remedy);
    }
}
