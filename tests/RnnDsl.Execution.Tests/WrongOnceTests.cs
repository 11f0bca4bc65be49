using System.Reflection;
using RnnDsl.Prediction;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Execution.Tests;

/// <summary>The smallest programs that were once compiled to something else than what they say. The random programs look for their kind.</summary>
public class WrongOnceTests
{
    sealed class A : Dim;
    sealed class B : Dim;

    const string Model = "class F : Dim; class H : Dim; class O : Dim;";

    /// <summary>A cell with a number as its state, for models.</summary>
    const string Counter = "[Cell] public partial class Counter<A> : Cell<A, A> { Scalar k; [State] Scalar s; protected override Vec<A> Step(Vec<A> x) { s = k * s + 0.2 * Sum(x); return s * x; } }";

    /// <summary>Name, whether it is a model, and the body of its class; a cell's dimensions are A and B.</summary>
    public static TheoryData<string, bool, string> Programs => new()
    {
        { "one matrix of each step and of the last", true, Model + """
            Lstm<F, H> encoder; Linear<H, O> head;
            Scalar Loss(Seq<F> x, Seq<O> y, Vec<O> z) { var h = encoder.Scan(x); return MeanSquaredError(head.Map(h), y) + MeanSquaredError(head.Map(Last(h)), z); }
            """ },
        { "a matrix of joined dimensions as a state", false, """
            [State] Mat<Cat<B, A>, A> M; [State] Vec<B> h; Mat<Cat<B, A>, A> W; [State, Init(0.2)] Mat<B, Cat<A, B>> N; Mat<B, Cat<A, B>> V;
            protected override Vec<B> Step(Vec<A> x) { M = 0.5 * M + W; N = Tanh(0.4 * N + V); return h = Tanh(Left(M * x) + N * Concat(x, h)); }
            """ },
        { "a matrix memory over joined dimensions", true, Model + """
            MLstm<F, Cat<H, O>> memory; Linear<Cat<H, O>, O> head;
            Scalar Loss(Seq<F> x, Seq<O> y) => MeanSquaredError(head.Map(memory.Scan(x)), y);
            """ },
        { "a part of what a scan leaves", true, Model + """
            Gru<F, Cat<H, O>> encoder;
            Scalar Loss(Seq<F> x, Vec<H> y) => MeanSquaredError(Left(encoder.End(x).Vector<Cat<H, O>>(0)), y) + Mean(Square(Right(encoder.EndReversed(x).Vector<Cat<H, O>>(0))));
            """ },
        { "an index that counts in a compound assignment", false, """
            [State, Count(2), Init(0.2)] Vec<B>[] s; Mat<B, A> W;
            protected override Vec<B> Step(Vec<A> x)
            {
                int i = 0;
                s[0] = W * x + 0.3 * s[1] + 0.1 * s[0]; s[1] = 0.5 * s[0];
                s[i++] += 1;
                s[i] = s[i = 0] * 0.3;
                (s[i++], s[i]) = (s[i] + i, s[0] * 0.2);
                return s[0] + s[1];
            }
            """ },
        { "named arguments that count", false, """
            [State] Vec<B> h; Mat<B, A> W;
            static Vec<B> G(int p, int q, Vec<B> v) => v * (p + 3 * q);
            protected override Vec<B> Step(Vec<A> x) { int i = 0; return h = Tanh(0.2 * h + G(q: i++, p: i++, v: Tanh(W * x))); }
            """ },
        { "parts of a sequence that steps look into", true, Model + """
            Linear<H, H> query; Linear<F, Cat<H, O>> pairs; Linear<O, O> head;
            Scalar Loss(Seq<F> x, Seq<H> z, Seq<O> y)
            {
                var kept = pairs.Map(x);
                return MeanSquaredError(head.Map(Each(query.Map(z), q => Attend(q, Left(kept), Right(kept)))), y);
            }
            """ },
        { "a matrix twice beside one that has a penalty", true, Model + """
            Mat<O, F> W, U; Mat<F, O> V; Scalar k;
            Scalar Loss(Seq<F> x, Seq<O> y) => MeanSquaredError(k * ((W + W) * x), y) + MeanSquaredError(U * x + Each(y, q => U * MeanOverSteps(x * (V * q))), y) + 0.1 * Sum(U);
            """ },
        { "one matrix of a state and of a parameter", false, """
            [State] Vec<B> h; Mat<B, A> W; Mat<B, B> U; Vec<B> b;
            protected override Vec<B> Step(Vec<A> x) => h = Tanh(W * x + U * h + U * b);
            """ },
        { "one matrix forth and back, of examples, steps and parameters", true, Model + """
            Linear<H, H> again; Gru<F, H> up; Gru<F, H> down; Vec<H> p;
            Scalar Loss(Seq<F> x, Seq<H> y, Vec<H> z) => MeanSquaredError(again.Map(up.Scan(x) + down.ScanReversed(x)), y) + MeanAbsoluteError(again.Map(again.Map(p) + z), z)
                + 0.1 * Sum(Square(again.Map(Mean(up.Scan(x)))));
            """ },
        { "penalties of sums over parameters", true, Model + """
            Linear<F, O> map; Mat<O, O> W; Vec<O> bias; Scalar s;
            Scalar Loss(Seq<F> x, Seq<O> y) => MeanSquaredError(Tanh(map.Map(x) + bias), y) + 0.1 * Sum(Square(bias)) + s * Sum(W * bias);
            """ },
        { "gradients of vectors that one product gives", true, Model + """
            Linear<F, O> map; Vec<O> p; Vec<H> q; Mat<H, O> W; Mat<H, H> U;
            Scalar Loss(Seq<F> x, Seq<O> y, Vec<H> z) => MeanSquaredError(map.Map(x), y) + MeanSquaredError(W * p + U * q, z);
            """ },
        { "a leaky integrator", false, """
            [State] Vec<B> h; Mat<B, A> W; Scalar a;
            protected override Vec<B> Step(Vec<A> x) => h = a * h + W * x;
            """ },
        { "a level with a learnt rate", false, """
            [State] Vec<B> level; Mat<B, A> W; Scalar alpha;
            protected override Vec<B> Step(Vec<A> x) { level += Sigmoid(alpha) * (W * x - level); return level; }
            """ },
        { "a scalar in a recurrence with tanh", false, """
            [State] Vec<A> h; Mat<B, A> W; Scalar k;
            protected override Vec<B> Step(Vec<A> x) { h = Tanh(x + k * h); return W * h; }
            """ },
        { "products of parameters plus parameters", false, """
            [State] Vec<B> h; Mat<B, A> W; Mat<B, B> U, V; Vec<B> c, q;
            protected override Vec<B> Step(Vec<A> x) => h = Tanh((W * x) * (V * q + c) + U * h + (U * q + c));
            """ },
        { "a layer over a parameter", true, Model + """
            Linear<H, F> map; Vec<H> p;
            Seq<F> Predict(Seq<F> x) => x * map.Map(p);
            Scalar Loss(Seq<F> x, Seq<F> y) => MeanSquaredError(Predict(x), y);
            """ },
        { "a layer over a parameter that reads only its own parameters", true, """
            class F : Dim; class H : Dim;
            Constant<F, H> own; Linear<F, H> map; Vec<F> p;
            Scalar Loss(Seq<F> x, Seq<H> y) => MeanSquaredError(map.Map(x), y) + Mean(Square(own.Map(p)));
            } [Cell] public partial class Constant<I, O> : Cell<I, O> { Vec<O> a, b; protected override Vec<O> Step(Vec<I> x) => a * b - 0.5 * a;
            """ },
        { "an old state is the answer", false, """
            [State] Vec<A> last; Mat<B, A> W; [State] Vec<B> before;
            protected override Vec<B> Step(Vec<A> x) { var y = before; before = W * last; last = x; return y; }
            """ },
        { "a state becomes another", false, """
            [State] Vec<B> a, b, c; Mat<B, A> W;
            protected override Vec<B> Step(Vec<A> x) { var y = a + c; c = b; b = a; a = W * x; return y; }
            """ },
        { "a state that is a bare product while another product reads it", false, """
            [State] Vec<B> last; Mat<B, A> W; Mat<B, B> V;
            protected override Vec<B> Step(Vec<A> x) { var z = W * x; var y = Tanh(z + V * last); last = z; return y; }
            """ },
        { "a state that becomes a parameter", false, """
            [State] Vec<B> s; Vec<B> p; Mat<B, A> W;
            protected override Vec<B> Step(Vec<A> x) { var y = W * x + s; s = p; return y; }
            """ },
        { "a scalar state that becomes a constant", false, """
            [State] Scalar s; Vec<B> p; Mat<B, A> W;
            protected override Vec<B> Step(Vec<A> x) { var y = W * x + p * s; s = 0.7; return y; }
            """ },
        { "a state that only itself reads", false, """
            [State] Vec<B> s; Scalar k; Mat<B, A> W;
            protected override Vec<B> Step(Vec<A> x) { s += k; return W * x; }
            """ },
        { "two softmaxes, one of parameters alone", false, """
            [State] Scalar s0; [State] Vec<B> s1; Mat<B, B> p0, p1; Vec<B> p2, p7, p8, p9; Mat<B, A> p3, p4;
            protected override Vec<B> Step(Vec<A> x)
            {
                var v0 = Softmax(p0 * Tanh(p1 * Tanh(p2)));
                var v3 = Sigmoid(Tanh(Normalize(p7, 0.3)) * Softplus(p8));
                s1 = 0.5 * s1 + 0.3 * Tanh(Softmax(Sigmoid(v0)));
                s0 = Tanh(0.5 * s0 + 0.2 * Dot(Tanh(p9), Tanh(p3 * x)));
                return v3 * s1 + s0 * (p4 * x + v0);
            }
            """ },
        { "the mean of what is normalized, which is zero", false, """
            [State, Init(0.25)] Vec<B> s; Mat<B, B> W; Vec<B> p, q;
            protected override Vec<B> Step(Vec<A> x)
            {
                var v = p - Mean(Normalize(s, 0.3));
                s = W * q;
                return v;
            }
            """ },
        { "the mean of what is normalized, as a state", false, """
            [State] Scalar a; [State] Vec<B> s; Scalar k; Vec<B> p; Mat<B, A> W;
            protected override Vec<B> Step(Vec<A> x)
            {
                Scalar mean = Mean(Normalize(s, 0.3));
                s += k * (W * x - s);
                Scalar before = k * mean + (a - 0.8);
                a = mean;
                return p * s + before;
            }
            """ },
        { "numbers that take over each other's old values", false, """
            [State, Init(0.25)] Scalar a; [State] Scalar b; [State, Init(-0.5)] Scalar c; [State, Init(1)] Scalar d; Scalar k; Mat<B, A> W;
            protected override Vec<B> Step(Vec<A> x)
            {
                Scalar old = c, earlier = b;
                b = a;
                a += k * (Mean(x) - a) + 0.1 * earlier;
                c = d;
                d = old;
                return W * x + (b + c * d);
            }
            """ },
        { "a Gelu of large numbers", false, """
            Mat<B, A> W; Vec<B> p; [State] Vec<B> s;
            protected override Vec<B> Step(Vec<A> x)
            {
                s = 0.5 * s + W * x;
                return 1 + s + 0.01 * Gelu(50 * (s + p));
            }
            """ },
        { "large numbers times a sigmoid that ends", false, """
            Mat<B, A> W; Vec<B> p; Scalar k; [State] Vec<B> s;
            protected override Vec<B> Step(Vec<A> x)
            {
                s = 0.5 * s + W * x;
                var large = 1e6 * (s + p);
                var swish = large * Sigmoid((1 + k * k) * large) + Silu(-large) + large * (1 - Sigmoid(3 * large));
                return 1e-6 * swish + s * Tanh(Gelu(-Abs(large)) + Silu(-Abs(large)) - 3 * Abs(large) * (1 + Tanh(-0.5 * Abs(large))) + Abs(large) * (1 - Tanh(2 * Abs(large))) + s);
            }
            """ },
        { "means, first and last steps", true, Model + """
            Elman<F, H> rnn; Linear<F, H> map;
            Vec<H> Centered(Seq<F> x) => Last(rnn.Scan(x - Mean(x)));
            Vec<F> Variance(Seq<F> x) => Mean(Square(x - Mean(x)));
            Vec<H> FromFirst(Seq<F> x) => Last(rnn.Scan(x - First(x))) + map.Map(First(x) + Mean(x) * Last(x));
            Seq<F> Around(Seq<F> x) => x * First(x) - Mean(Square(x));
            Scalar Loss(Seq<F> x, Vec<H> y) => MeanSquaredError(Centered(x), y);
            """ },
        { "numbers of a second axis as they stand", true, Model + """
            Counter<F> counter;
            Scalar AtEnd(Seq<H> x, Seq<F> y) => Last(Sum(counter.Scan(y)));
            Scalar End(Seq<H> x, Seq<F> y) => counter.End(y).Number(0);
            Scalar Within(Seq<H> x, Seqs<F> y) => First(Each(y, w => counter.End(w).Number(0)));
            """ },
        { "a value that the steps backward make again for two loops", true, Model + """
            Mat<O, F> W; Mat<H, O> U; Scalar k;
            Scalar Loss(Seq<F> x, Vec<H> y) { var a = W * x - k * (Transpose(U) * y); return Mean(Last(a + Previous(Max(a)))); }
            """ },
        { "sequences in a tuple that steps look into", true, Model + """
            Vec<F> q;
            Scalar Loss(Seq<F> x, Seq<F> y) { var (a, (b, n)) = (y * q, (y, 2)); var p = (b, (a, n)); return Sum(SumOverSteps(Each(x, v => { var (m, (k, c)) = p; return Attend(v, k, m) * c; }))); }
            """ },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_that_was_compiled_wrong_once_equals_its_equations(string name, bool isModel, string body)
    {
        Assembly assembly = Compiled.Load($"using RnnDsl;\nusing static RnnDsl.Ops;\n{Counter}\n{(isModel ? "[Model] public partial class P : Model" : "[Cell] public partial class P<A, B> : Cell<A, B>")}\n{{\n{body}\n}}");
        foreach (int size in new[] { 1, 4, 19 })
            foreach (int[] lengths in new[] { new[] { 1 }, [5, 4, 4, 1] })
            {
                Module module = isModel ? (Module)assembly.GetType("P")!.GetConstructors().Single().Invoke([.. assembly.GetType("P")!.GetConstructors().Single().GetParameters().Select((p, i) => (object)(p.Name == "seed" ? 3 : size + i))])
                    : Compiled.Make(assembly, "P`2", [typeof(A), typeof(B)], size, size + 2);
                foreach (MethodInfo method in module.Info.Methods)
                    try
                    {
                        Checks.All(module, method.Name, lengths, seed: size);
                    }
                    catch (Exception error)
                    {
                        throw new Exception($"{name}: {method.Name}, size {size}, lengths {string.Join(',', lengths)}", error);
                    }
            }
    }

    [Fact]
    public void A_method_whose_stream_would_be_wrong_has_none_and_the_reason_is_told()
    {
        string body = Programs.Single(row => (string)row[0] == "means, first and last steps")[2].ToString()!;
        Assembly assembly = Compiled.Load($"using RnnDsl;\nusing static RnnDsl.Ops;\n[Model] public partial class P : Model\n{{\n{body}\n}}");
        var module = (Module)assembly.GetType("P")!.GetConstructors().Single().Invoke([3, 4, 5, 0]);
        Assert.Equal(["Around", "FromFirst"], module.Info.Methods.Where(m => m.Step is not null).Select(m => m.Name).Order());
        Assert.Contains("gives what depends on the whole sequence so far (its last step, or a mean over time) to a recurrence", Refused("Centered"));
        Assert.Contains("to another mean over time", Refused("Variance"));

        string Refused(string method) => Assert.Throws<InvalidOperationException>(() => new Predictor(module, method)).Message;
    }
}
