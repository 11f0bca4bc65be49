namespace RnnDsl;

/// <summary>
/// Base of dimensions. A dimension is a type without members: <c>class Feature : Dim;</c> inside a model, or a type parameter of a
/// cell. Its size is a number that the generated constructor asks for, or the one that <see cref="SizeAttribute"/> fixes.
/// </summary>
public abstract class Dim;

/// <summary>The dimension of a concatenation: the units of <typeparamref name="A"/>, then those of <typeparamref name="B"/>.</summary>
public sealed class Cat<A, B> : Dim;
