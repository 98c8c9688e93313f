using System.Text;
using Grpc.Core.Utils;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One header or trailer: a key with a text or a binary value. Immutable and thread-safe.</summary>
    public class Entry
    {
        private readonly string? _text;
        private readonly byte[]? _bytes;

        /// <summary>Creates a binary entry.</summary>
        /// <param name="key">
        /// Ends in <see cref="BinaryHeaderSuffix"/>. Stored in lower case; letters, digits, <c>_</c>, <c>-</c> and <c>.</c> only.
        /// </param>
        /// <param name="valueBytes">The value; it is copied.</param>
        /// <exception cref="ArgumentNullException">An argument is null.</exception>
        /// <exception cref="ArgumentException">The key is not valid or lacks the suffix.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            Key = MetadataKey.Normalize(key);
            GrpcPreconditions.CheckArgument(
                MetadataKey.IsBinary(Key), $"The key of a binary metadata entry must end in '{BinaryHeaderSuffix}'.");
            _bytes = (byte[])GrpcPreconditions.CheckNotNull(valueBytes, nameof(valueBytes)).Clone();
        }

        /// <summary>Creates a text entry.</summary>
        /// <param name="key">
        /// Does not end in <see cref="BinaryHeaderSuffix"/>. Stored in lower case; letters, digits, <c>_</c>, <c>-</c> and <c>.</c> only.
        /// </param>
        /// <param name="value">The value; only ASCII travels unharmed.</param>
        /// <exception cref="ArgumentNullException">An argument is null.</exception>
        /// <exception cref="ArgumentException">The key is not valid or has the suffix.</exception>
        public Entry(string key, string value)
        {
            Key = MetadataKey.Normalize(key);
            GrpcPreconditions.CheckArgument(
                !MetadataKey.IsBinary(Key), $"The key of a _text metadata entry must not end in '{BinaryHeaderSuffix}'.");
            _text = GrpcPreconditions.CheckNotNull(value, nameof(value));
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>True where the value is binary.</summary>
        public bool IsBinary => _bytes is not null;

        /// <summary>The value as bytes: a copy of a binary value, the ASCII bytes of a text.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(_text!) : (byte[])_bytes.Clone();

        /// <summary>The value as text.</summary>
        /// <exception cref="InvalidOperationException">The entry is binary.</exception>
        public string Value
        {
            get
            {
                GrpcPreconditions.CheckState(!IsBinary, "A binary metadata entry has no _text value.");
                return _text!;
            }
        }

        /// <summary>Key and value for a person.</summary>
        /// <returns>One line; binary values as Base64.</returns>
        public override string ToString()
            => IsBinary
                ? $"[Entry: key={Key}, valueBytes={Convert.ToBase64String(_bytes!)}]"
                : $"[Entry: key={Key}, value={_text}]";
    }
}
