using System.Buffers.Binary;
using System.Text;

namespace MicroscopeStream.Inference.Tests.Tools;

/// <summary>Writes small ONNX networks byte by byte: tests need networks whose results are known beforehand, and no exporter.</summary>
internal sealed class OnnxModelBuilder
{
    private readonly Proto _graph = new Proto().Text(2, "test");
    private readonly Proto _model = new Proto().Number(1, 8).Text(2, "tests");

    public OnnxModelBuilder Input(string name, params long[] shape)
    {
        _graph.Message(11, ValueInfo(name, 1, shape));
        return this;
    }

    public OnnxModelBuilder OutputOf(int elementType, string name, params long[] shape)
    {
        _graph.Message(12, ValueInfo(name, elementType, shape));
        return this;
    }

    public OnnxModelBuilder Output(string name, params long[] shape) => OutputOf(1, name, shape);

    public OnnxModelBuilder Weight(string name, long[] shape, float[] values)
    {
        var tensor = new Proto();
        foreach (long length in shape)
        {
            tensor.Number(1, length);
        }

        byte[] raw = new byte[values.Length * 4];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * 4), values[i]);
        }

        _graph.Message(5, tensor.Number(2, 1).Text(8, name).Bytes(9, raw));
        return this;
    }

    public OnnxModelBuilder WeightElsewhere(string name, string location)
    {
        Proto entry = new Proto().Text(1, "location").Text(2, location);
        _graph.Message(5, new Proto().Number(1, 1).Number(2, 1).Text(8, name).Message(13, entry).Number(14, 1));
        return this;
    }

    public OnnxModelBuilder Node(string operation, string[] inputs, string output, params (string Name, long[] Values)[] attributes)
    {
        var node = new Proto();
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(4, operation);
        foreach ((string name, long[] values) in attributes)
        {
            // A single number is an INT (2), several are INTS (7).
            var attribute = new Proto().Text(1, name);
            if (values.Length == 1)
            {
                attribute.Number(3, values[0]).Number(20, 2);
            }
            else
            {
                foreach (long value in values)
                {
                    attribute.Number(8, value);
                }

                attribute.Number(20, 7);
            }

            node.Message(5, attribute);
        }

        _graph.Message(1, node);
        return this;
    }

    public byte[] Build() => _model.Message(7, _graph).Message(8, new Proto().Text(1, "").Number(2, 13)).ToArray();

    private static Proto ValueInfo(string name, int elementType, long[] shape)
    {
        var dimensions = new Proto();
        int axis = 0;
        foreach (long length in shape)
        {
            dimensions.Message(1, length < 0 ? new Proto().Text(2, $"d{axis}") : new Proto().Number(1, length));
            axis++;
        }

        Proto tensor = new Proto().Number(1, elementType).Message(2, dimensions);
        return new Proto().Text(1, name).Message(2, new Proto().Message(1, tensor));
    }

    private sealed class Proto
    {
        private readonly List<byte> _bytes = [];

        public Proto Number(int field, long value)
        {
            Varint((ulong)field << 3);
            Varint((ulong)value);
            return this;
        }

        public Proto Bytes(int field, byte[] value)
        {
            Varint(((ulong)field << 3) | 2);
            Varint((ulong)value.Length);
            _bytes.AddRange(value);
            return this;
        }

        public Proto Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public Proto Message(int field, Proto value) => Bytes(field, value.ToArray());

        public byte[] ToArray() => [.. _bytes];

        private void Varint(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
            {
                _bytes.Add((byte)(value | 0x80));
            }

            _bytes.Add((byte)value);
        }
    }
}
