namespace MicroscopeStream.Inference.Packages.Onnx;

/// <summary>
/// Reads inputs, outputs and metadata of an <c>.onnx</c> file without loading the network: safe on strangers' bytes and
/// quick enough to list a folder of models. Field numbers: onnx.proto of the ONNX project.
/// </summary>
public static class OnnxGraphReader
{
    /// <summary>Reads the description.</summary>
    /// <param name="model">The whole file.</param>
    /// <exception cref="InvalidDataException">The bytes are no ONNX model; the message says where they go wrong.</exception>
    public static OnnxGraphInfo Read(ReadOnlySpan<byte> model)
    {
        long irVersion = 0, opset = 0;
        string producer = "";
        GraphParts? graph = null;
        var metadata = new Dictionary<string, string>();
        var reader = new ProtoReader(model);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    irVersion = reader.Number;
                    break;
                case 2:
                    producer = reader.Text;
                    break;
                case 7:
                    graph = ReadGraph(reader.Bytes);
                    break;
                case 8:
                    opset = ReadOpset(reader.Bytes) is long version and > 0 ? version : opset;
                    break;
                case 14:
                    (string key, string value) = ReadEntry(reader.Bytes);
                    metadata[key] = value;
                    break;
            }
        }

        if (irVersion <= 0 || graph is null)
        {
            throw new InvalidDataException("it holds no graph");
        }

        // Until IR version 3 weights were listed among the inputs.
        OnnxTensorInfo[] inputs = [.. graph.Inputs.Where(input => !graph.Initializers.Contains(input.Name))];
        return new OnnxGraphInfo(irVersion, opset, producer, inputs, graph.Outputs, metadata);
    }

    private static GraphParts ReadGraph(ReadOnlySpan<byte> message)
    {
        var graph = new GraphParts([], [], []);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 5:
                    graph.Initializers.Add(ReadWeightName(reader.Bytes));
                    break;
                case 11:
                    graph.Inputs.Add(ReadValueInfo(reader.Bytes));
                    break;
                case 12:
                    graph.Outputs.Add(ReadValueInfo(reader.Bytes));
                    break;
            }
        }

        return graph;
    }

    private static string ReadWeightName(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        string name = "";
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 8:
                    name = reader.Text;
                    break;
                case 13:
                case 14 when reader.Number != 0:
                    // Another file would be outside the sum that vouches for this one, and could lie anywhere.
                    throw new InvalidDataException("its weights lie in another file; export it as one file");
            }
        }

        return name;
    }

    private static string ReadName(ReadOnlySpan<byte> message, int field)
    {
        var reader = new ProtoReader(message);
        string name = "";
        while (reader.Next())
        {
            if (reader.Field == field)
            {
                name = reader.Text;
            }
        }

        return name;
    }

    private static OnnxTensorInfo ReadValueInfo(ReadOnlySpan<byte> message)
    {
        string name = "";
        int elementType = 0;
        List<long>? shape = null;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                name = reader.Text;
            }
            else if (reader.Field == 2)
            {
                var type = new ProtoReader(reader.Bytes);
                while (type.Next())
                {
                    if (type.Field == 1)
                    {
                        (elementType, shape) = ReadTensorType(type.Bytes);
                    }
                }
            }
        }

        return new OnnxTensorInfo(name, elementType, shape);
    }

    private static (int ElementType, List<long>? Shape) ReadTensorType(ReadOnlySpan<byte> message)
    {
        int elementType = 0;
        List<long>? shape = null;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                elementType = (int)reader.Number;
            }
            else if (reader.Field == 2)
            {
                shape = [];
                var dimensions = new ProtoReader(reader.Bytes);
                while (dimensions.Next())
                {
                    if (dimensions.Field == 1)
                    {
                        shape.Add(ReadDimension(dimensions.Bytes));
                    }
                }
            }
        }

        return (elementType, shape);
    }

    private static long ReadDimension(ReadOnlySpan<byte> message)
    {
        long length = -1;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            length = reader.Field == 1 ? reader.Number : length;
        }

        return length;
    }

    private static long ReadOpset(ReadOnlySpan<byte> message)
    {
        string domain = "";
        long version = 0;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                domain = reader.Text;
            }
            else if (reader.Field == 2)
            {
                version = reader.Number;
            }
        }

        return domain.Length == 0 || domain == "ai.onnx" ? version : 0;
    }

    private static (string Key, string Value) ReadEntry(ReadOnlySpan<byte> message) =>
        (ReadName(message, field: 1), ReadName(message, field: 2));

    private sealed record GraphParts(List<OnnxTensorInfo> Inputs, List<OnnxTensorInfo> Outputs, HashSet<string> Initializers);
}
