namespace RnnDsl.Generators.Verification;

/// <summary>A property that holds after a pass, for every program.</summary>
/// <param name="Says">The rule, as a sentence.</param>
/// <param name="Broken">Describes each violation.</param>
internal sealed record Rule<T>(string Says, Func<T, IEnumerable<string>> Broken);

/// <summary>
/// Checks the results of passes against lists of rules: <see cref="GraphRules"/>, <see cref="ScheduleRules"/> and <see cref="BufferRules"/>. It runs in the tests, and where the
/// build sets RnnDslVerify. A program that breaks a rule is reported as a fault of the compiler, instead of being compiled to wrong numbers.
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
