// Types that the C# compiler needs and netstandard2.0 lacks. They are written out, because a package that generates them orders them differently in every build, so that the
// assembly's bytes would differ. They are embedded, so that tests which see internals do not see them.

using Microsoft.CodeAnalysis;

namespace Microsoft.CodeAnalysis
{
    [Embedded]
    internal sealed class EmbeddedAttribute : System.Attribute;
}

namespace System
{
    /// <summary>Needed for <c>list[^1]</c>.</summary>
    [Embedded]
    internal readonly struct Index(int value, bool fromEnd = false)
    {
        public int GetOffset(int length) => fromEnd ? length - value : value;

        public static implicit operator Index(int value) => new(value);
    }
}

namespace System.Runtime.CompilerServices
{
    /// <summary>Needed for <c>init</c> and records.</summary>
    [Embedded]
    internal static class IsExternalInit;
}
