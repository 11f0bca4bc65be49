using RnnDsl.Training;

namespace RnnDsl.Tests.Training;

public class ScheduleTests
{
    static void Course(Schedule schedule, double epochs, params (double Epoch, double Factor)[] expected)
    {
        foreach (var (epoch, factor) in expected)
            Assert.Equal(factor, schedule.Factor(epoch, epochs), 1e-12);
    }

    [Fact]
    public void Constant_is_constant() => Course(Schedule.Constant, 10, (0, 1), (9.9, 1));

    [Fact]
    public void Steps() => Course(Schedule.Step(2, 0.5), 10, (0, 1), (1.99, 1), (2, 0.5), (3.5, 0.5), (4, 0.25));

    [Fact]
    public void Exponential() => Course(Schedule.Exponential(0.9), 10, (0, 1), (1, 0.9), (2, 0.81), (0.5, Math.Sqrt(0.9)));

    [Fact]
    public void Cosine() => Course(Schedule.Cosine(0.1), 10, (0, 1), (5, 0.55), (10, 0.1), (2.5, 0.1 + 0.45 * (1 + Math.Sqrt(0.5))));

    [Fact]
    public void Linear() => Course(Schedule.Linear(0.2), 10, (0, 1), (5, 0.6), (10, 0.2));

    [Fact]
    public void A_warm_up_delays_the_rest() =>
        Course(Schedule.WarmUp(2, Schedule.Cosine(), from: 0.1), 12, (0, 0.1), (1, 0.55), (2, 1), (7, 0.5), (12, 0));

    [Fact]
    public void One_cycle() => Course(
        Schedule.OneCycle(0.25, 0.1, 0.01), 8, (0, 0.1), (1, 0.55), (2, 1), (5, 0.505), (8, 0.01));

    [Fact]
    public void Impossible_ones_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Step(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Exponential(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.WarmUp(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.OneCycle(rise: 1));
        foreach (double wrong in (double[])[double.NaN, double.PositiveInfinity, -1])
            foreach ((string name, Func<Schedule> make) in (IEnumerable<(string, Func<Schedule>)>)[
                ("every", () => Schedule.Step(wrong)), ("factor", () => Schedule.Step(1, wrong)), ("factor", () => Schedule.Exponential(wrong)), ("end", () => Schedule.Cosine(wrong)),
                ("end", () => Schedule.Linear(wrong)), ("warmUp", () => Schedule.WarmUp(wrong)), ("from", () => Schedule.WarmUp(1, from: wrong)), ("rise", () => Schedule.OneCycle(wrong)),
                ("start", () => Schedule.OneCycle(start: wrong)), ("end", () => Schedule.OneCycle(end: wrong))])
                Assert.Throws<ArgumentOutOfRangeException>(name, make);
    }

    sealed class Given(double factor) : Schedule
    {
        public override double Factor(double epoch, double epochs) => epoch < 1 ? 1 : factor;
    }

    [Theory]
    [InlineData(double.NaN), InlineData(-1), InlineData(double.PositiveInfinity)]
    public void A_factor_that_is_none_ends_the_training_and_is_named(double factor)
    {
        var model = new LinearModule(5, 3);
        using var trainer = new Trainer(model, new Adam(0.01)) { Epochs = 4, Schedule = new Given(factor) };
        string message = Assert.Throws<InvalidOperationException>(() => trainer.Fit(LinearModule.Data(40, 5, 3, seed: 4))).Message;
        Assert.StartsWith(FormattableString.Invariant($"The Schedule gives the factor {factor} after 1 of 4 epochs"), message);
        Assert.DoesNotContain(model.Parameters.Snapshot(), value => !float.IsFinite(value));
    }
}
