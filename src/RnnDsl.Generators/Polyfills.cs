// What the C# compiler asks of newer frameworks than netstandard2.0. Written out, because a package that generates these types puts them
// in another order in every build, and the package's bytes would differ. Embedded: tests that see internals must not see these.

using Microsoft.CodeAnalysis;

namespace Microsoft.CodeAnalysis
{
    [Embedded]
    internal sealed class EmbeddedAttribute : System.Attribute;
}

namespace System
{
    /// <summary>For <c>list[^1]</c>.</summary>
    [Embedded]
    internal readonly struct Index(int value, bool fromEnd = false)
    {
        public int GetOffset(int length) => fromEnd ? length - value : value;

        public static implicit operator Index(int value) => new(value);
    }
}

namespace System.Runtime.CompilerServices
{
    /// <summary>For <c>init</c> and records.</summary>
    [Embedded]
    internal static class IsExternalInit;
}
