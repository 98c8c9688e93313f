using System.Runtime.InteropServices;

namespace MicroscopeStream.Imaging.Tests;

/// <summary>A folder that goes when the test does.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mstream-imaging-");

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public string Write<T>(string name, T[] values)
        where T : unmanaged
    {
        File.WriteAllBytes(this[name], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        return this[name];
    }

    public float[] Read(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(this[name])).ToArray();

    public void Dispose() => _folder.Delete(recursive: true);
}
