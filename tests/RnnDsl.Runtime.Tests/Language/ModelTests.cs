using RnnDsl.Execution;
using static RnnDsl.Ops;
using static RnnDsl.Tests.Language.Samples;

namespace RnnDsl.Tests.Language;

/// <summary>A model and a cell as a user writes them, with the generated halves written by hand: what the base classes offer is
/// enough to run the equations with any parameters and states.</summary>
public partial class ModelTests
{
    [Cell]
    partial class Leaky<Input, Hidden> : Cell<Input, Hidden>
    {
        [State, Init(0.5)] Vec<Hidden> h;

        Mat<Hidden, Input> W;
        Scalar keep;

        protected override Vec<Hidden> Step(Vec<Input> x) => h = keep * h + W * x;
    }

    partial class Leaky<Input, Hidden>
    {
        readonly int input, hidden;

        public Leaky(int input, int hidden) => (this.input, this.hidden) = (input, hidden);

        public override void BindReference(ReferenceParameters parameters)
        {
            W = new(hidden, input, parameters["W"]);
            keep = parameters["keep"][0];
        }

        protected override double[][] GetState() => [h.ToArray()];

        protected override void SetState(double[][]? state)
        {
            double[] initial = new double[hidden];
            Array.Fill(initial, 0.5);
            h = new(hidden, state?[0] ?? initial);
        }
    }

    [Model]
    partial class Both : Model
    {
        class Feature : Dim;
        class Slow : Dim;
        class Fast : Dim;

        Leaky<Feature, Cat<Slow, Fast>> cell;
        Vec<Slow> bias;

        Vec<Slow> Predict(Seq<Feature> x) => Left(Last(cell.Scan(x))) - Left(First(cell.ScanReversed(x))) + bias;

        Scalar Loss(Seq<Feature> x, Vec<Slow> y) => MeanSquaredError(Predict(x), y);
    }

    partial class Both
    {
        readonly int feature, slow, fast;

        public Both(int feature, int slow, int fast)
        {
            (this.feature, this.slow, this.fast) = (feature, slow, fast);
            cell = new Leaky<Feature, Cat<Slow, Fast>>(feature, slow + fast) { OutputExtent = new Extent(slow, fast) };
        }

        public override void BindReference(ReferenceParameters parameters)
        {
            cell.BindReference(parameters.Child("cell"));
            bias = new(slow, parameters["bias"]);
        }

        public override double[] RunReference(string method, double[][] inputs, double[][]? states = null)
        {
            cell.ClearStates();
            double[]?[][] scans = [[states?[0]], [states?[1]]];
            foreach (double[]?[] scan in scans)
                cell.QueueStates(scan);
            double[] result = method switch
            {
                "Predict" => Predict(new(feature, inputs[0])).ToArray(),
                "Loss" => [Loss(new(feature, inputs[0]), new(slow, inputs[1])).Value],
                _ => throw new ArgumentException($"There is no method '{method}'.", nameof(method)),
            };
            for (int i = 0; i < states?.Length; i++)
                states[i] = scans[i][0]!;
            return result;
        }
    }

    [Fact]
    public void RunsItsEquations()
    {
        var random = new Random(9);
        const int feature = 3, slow = 2, fast = 4, units = slow + fast, steps = 5;
        double[] w = Values(random, units * feature), bias = Values(random, slow);
        double[] x = Values(random, steps * feature), y = Values(random, slow);
        const double keep = 0.9;
        var model = new Both(feature, slow, fast);
        Assert.Throws<InvalidOperationException>(() => model.RunReference("Predict", [x]));
        var parameters = new Dictionary<string, double[]> { ["cell.W"] = w, ["cell.keep"] = [keep], ["bias"] = bias };
        model.BindReference(new ReferenceParameters(parameters));

        foreach (double[][]? states in new double[][]?[] { null, [Values(random, units), Values(random, units)] })
        {
            double[] forward = (double[]?)states?[0].Clone() ?? [.. Enumerable.Repeat(0.5, units)];
            double[] backward = (double[]?)states?[1].Clone() ?? [.. Enumerable.Repeat(0.5, units)];
            for (int t = 0; t < steps; t++)
                for (int j = 0; j < units; j++)
                {
                    forward[j] *= keep;
                    backward[j] *= keep;
                    for (int k = 0; k < feature; k++)
                    {
                        forward[j] += w[j * feature + k] * x[t * feature + k];
                        backward[j] += w[j * feature + k] * x[(steps - 1 - t) * feature + k];
                    }
                }
            double[] expected = [.. Enumerable.Range(0, slow).Select(j => forward[j] - backward[j] + bias[j])];

            double loss = expected.Zip(y, (p, v) => (p - v) * (p - v)).Average();
            Close([loss], model.RunReference("Loss", [x, y], (double[][]?)states?.Clone()));
            Close(expected, model.RunReference("Predict", [x], states));
            if (states is not null)
            {
                Close(forward, states[0]);
                Close(backward, states[1]);
            }
        }
    }
}
