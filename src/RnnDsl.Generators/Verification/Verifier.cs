namespace RnnDsl.Generators.Verification;

/// <summary>Something that holds after a pass, whatever the program.</summary>
/// <param name="Says">The rule, as a sentence.</param>
/// <param name="Broken">Says for each place where it does not hold what is wrong there.</param>
internal sealed record Rule<T>(string Says, Func<T, IEnumerable<string>> Broken);

/// <summary>
/// Checks what passes made against lists of rules: <see cref="GraphRules"/>, <see cref="ScheduleRules"/> and <see cref="BufferRules"/>. It is on in the tests, and
/// where the build sets RnnDslVerify: a program that breaks a rule is a fault of the compiler, and is told as one instead of being compiled to wrong numbers.
/// </summary>
internal static class Verifier
{
    /// <exception cref="InvalidOperationException">A rule does not hold.</exception>
    public static void Check<T>(string pass, T subject, IReadOnlyList<Rule<T>> rules)
    {
        foreach (Rule<T> rule in rules)
            if (rule.Broken(subject).FirstOrDefault() is string broken)
                throw new InvalidOperationException($"After {pass}: {rule.Says} But {broken}.");
    }
}
